"""Memory of large bodies under rlocust, told as JSON: KiB above what was held before, for each client.

Usage: `bodies.py HOST MEGABYTES`. `streamed` is the peak while a stream is read; of a whole body: what is held with it
unread, and what is left when the response is gone.
"""

import gc
import json
import sys

import rlocust

rlocust.install()
from locust import FastHttpUser, HttpUser  # noqa: I001 - first: it patches the standard library
from locust.env import Environment

HOST, MEGABYTES = sys.argv[1], int(sys.argv[2])


def held(kind="VmRSS"):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(kind))


def start_watching():
    gc.collect()
    with open("/proc/self/clear_refs", "w") as switch:
        switch.write("5")  # the peak begins anew
    return held()


def streamed(client):
    """The peak between the first megabyte of a stream, by which every buffer is there, and its last."""
    response = client.get(f"/big/{MEGABYTES}000000", stream=True)
    stream = response.raw if hasattr(response, "raw") else response
    length = sum(len(stream.read(16384)) for _ in range(64))
    before = start_watching()
    length += sum(len(piece) for piece in iter(lambda: stream.read(16384), b""))
    assert length == MEGABYTES * 1_000_000
    return held("VmHWM") - before


def measured(base):
    client = type("Caller", (base,), {"abstract": True, "host": HOST})(Environment()).client
    extra = streamed(client)
    client.get("/big/1000000")
    before = start_watching()
    response = client.get(f"/big/{MEGABYTES}000000")
    whole = held() - before
    assert response.status_code == 200
    del response
    gc.collect()
    return {"streamed": extra, "whole": whole, "left": held() - before}


print(json.dumps({base.__name__: measured(base) for base in (HttpUser, FastHttpUser)}))
