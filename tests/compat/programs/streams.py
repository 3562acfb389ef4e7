"""Memory of a streamed body, printed as JSON: for each client and way of reading, the KiB above what there was before
the call, of the kind that is asked for. `live` are the bytes that Python's objects take at the peak of one stream,
exactly; `resident` is the peak of the process, which sees native memory, too, but depends on the room that the
allocator had free before: the smallest of three counts. Runs under Locust, too.

Usage: `streams.py HOST MEGABYTES KIND`. Two short streams, read the same way, go before, because what a process needs
once is no part of a body: urllib3's modules and buffers, and 284 KiB of code of the C++ library, which greenlet needs
when urllib3 first asks whether a kept connection still lives.
"""

import gc
import json
import sys
import tracemalloc

from locust.env import Environment

from locust import FastHttpUser, HttpUser

HOST, MEGABYTES, KIND = sys.argv[1], int(sys.argv[2]), sys.argv[3]
SHORT, WARM_UP = 0.2, 1  # megabytes
TRACED = 2  # megabytes: tracing makes a stream slow
TIMES = 3


def reads(size, part=lambda response: response):
    def read(client, url):
        stream = part(client.get(url, stream=True))
        return sum(map(len, iter(lambda: stream.read(size), b"")))

    return read


def pieces(size):
    return lambda client, url: sum(map(len, client.get(url, stream=True).iter_content(size)))


def lines(client, url):
    return sum(map(len, client.get(url, stream=True).iter_lines()))


def lines_of_client(client, url):
    return sum(map(len, client.iter_lines(url)))


# A byte at a time is slow: the body is short there.
WAYS = {
    HttpUser: {
        "iter_content(1)": (pieces(1), SHORT),
        "iter_content(1024)": (pieces(1024), MEGABYTES),
        "iter_content(65536)": (pieces(65536), MEGABYTES),
        "iter_lines()": (lines, MEGABYTES),
        "raw.read(65536)": (reads(65536, lambda response: response.raw), MEGABYTES),
    },
    FastHttpUser: {
        "read(1)": (reads(1), SHORT),
        "read(65536)": (reads(65536), MEGABYTES),
        "iter_content(1024)": (pieces(1024), MEGABYTES),
        "iter_content(65536)": (pieces(65536), MEGABYTES),
        "iter_lines()": (lines_of_client, MEGABYTES),
    },
}


def held(kind):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(kind))


def read_whole(client, read, megabytes):
    length = int(megabytes * 1_000_000)
    # Lines come without their ends, two of 256 bytes.
    assert length * 0.99 <= read(client, f"/big/{length}") <= length


def live_peak(client, read, megabytes):
    tracemalloc.start()
    read_whole(client, read, megabytes)
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    read_whole(client, read, megabytes)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (peak - before) // 1024


def resident_peak(client, read, megabytes):
    gc.collect()
    with open("/proc/self/clear_refs", "w") as switch:
        switch.write("5")  # the peak begins anew
    before = held("VmRSS")
    read_whole(client, read, megabytes)
    return held("VmHWM") - before


def peak(base, read, megabytes):
    client = type("Caller", (base,), {"abstract": True, "host": HOST})(Environment()).client
    for _ in range(2):
        read_whole(client, read, min(WARM_UP, megabytes))
    if KIND == "live":
        return live_peak(client, read, min(TRACED, megabytes / 4))
    return min(resident_peak(client, read, megabytes) for _ in range(TIMES))


print(
    json.dumps({f"{base.__name__} {way}": peak(base, *of) for base, ways in WAYS.items() for way, of in ways.items()})
)
