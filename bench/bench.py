"""One sitting of `make bench`: rlocust, Locust, wrk and oha against one nginx, in interleaved rounds; what is not
installed is left out.

CPU per request: generator pinned to one core, nginx to another. Once every user is connected and a second has passed,
the kernel's account of the generator (user and system, all threads) and nginx's counter are read, and again after the
window; their differences are divided. Start-up, import and connecting are in neither.
Idle users: resident memory at the start of the test against the moment when every user has had its first answer and
waits; the time between the two is the time to spawn. Only ratios within a sitting mean anything: clocks drift.

Loads: the same for one kind of request after the other. With 100 users: POST of JSON, realistic calls (half a POST of
1 KB of JSON, half a GET of 2 KB that is parsed, in `with` blocks, with headers and a name), small GETs with a listener
of the suite's own. With 20 users, because Locust needs 60 ms to connect each over TLS: small GET, HTTPS with the
connection kept and with a new one each time (certificates are not verified), the same by HTTP/2, both also with ten
requests of a user at once (ten connections of it, or ten streams of one), a body of a megabyte, plain and over TLS.
wrk asks for the small GET and the bodies.
Idle users over TLS: at most 100 (Locust needs 60 ms to connect each), beside as many without.

BENCH_QUICK=1 takes a short sitting (fewer users, one round, short windows); BENCH_ROUNDS, BENCH_WINDOW, BENCH_USERS
(like 1,10,100), BENCH_LOADS (like Plain,Tls, empty for none) and BENCH_IDLE (number of idle users, 0 for none) set the
parts. Only the figures of a whole sitting go to bench/results and into README.md and docs/speed.md; its key ratios are
one more line of the history (bench/history.py). It takes about 17 minutes: three rounds of 24 measurements with plain
GETs, 36 of other kinds and 12 of idle users, of 3 to 6 seconds each, more where Locust connects many; what it took is
kept in the data.
"""

import os
import re
import subprocess
import sys
import time
from typing import Any

from bench import figures, history, readings, rig
from bench.nginx import Nginx, counting_nginx
from tests.kit.places import ROOT, program
from tests.kit.waiting import until

QUICK = bool(os.environ.get("BENCH_QUICK"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "1" if QUICK else "3"))
WINDOW = float(os.environ.get("BENCH_WINDOW", "1.5"))
USERS = [int(n) for n in os.environ.get("BENCH_USERS", "10,100" if QUICK else "1,10,100,1000").split(",") if n]
ALL_LOADS = "Plain,Json,Realistic,Listener,Tls,TlsNew,TlsTwo,TlsPool,TlsTwoPool,Big,BigTls"
LOADS_WANTED = os.environ.get("BENCH_LOADS", ALL_LOADS).split(",")
IDLE = int(os.environ.get("BENCH_IDLE", "1000" if QUICK else "10000"))
WARM_UP = 1.0
LOCUSTFILE = str(ROOT / "bench" / "users.py")

# name -> program, second half of the names of its user classes; programs without users ask for `/` only
VARIANTS = {
    "rlocust HttpUser": (rig.RLOCUST, "Http"),
    "rlocust FastHttpUser": (rig.RLOCUST, "Fast"),
    "Locust HttpUser": (rig.LOCUST, "Http"),
    "Locust FastHttpUser": (rig.LOCUST, "Fast"),
    "wrk": ("wrk", ""),
    "oha": (rig.OHA, ""),
}

# kind of request -> first half of the names of its user classes
LOADS = {
    "GET": "Plain",
    "POST of JSON": "Json",
    "realistic": "Realistic",
    "a listener": "Listener",
    "HTTPS": "Tls",
    "HTTPS, new connections": "TlsNew",
    "HTTP/2": "TlsTwo",
    "HTTPS, ten at once": "TlsPool",
    "HTTP/2, ten at once": "TlsTwoPool",
    "1 MB body": "Big",
    "1 MB body, HTTPS": "BigTls",
}
FEW, MANY = 20, 100  # users of a load
WITH_MANY = ("Json", "Realistic", "Listener")
WITH_WRK = {"Plain": "/", "Big": "/big", "BigTls": "/big"}  # what wrk asks for, by kind
ONLY_OURS = ("TlsTwo", "TlsTwoPool")
CONNECTIONS = {"TlsPool": 10}  # of each user, where it has more than one

# way of an idle connection -> first half of the names of its user classes
IDLE_WAYS = {"plain": "Idle", "TLS": "TlsIdle"}
MOST_TLS = 100


def main() -> None:
    began = time.monotonic()
    wanted = os.environ.get("BENCH_ONLY", "")
    variants = [v for v in VARIANTS if wanted in v and rig.available(VARIANTS[v][0], v)]
    data: dict[str, Any] = {
        "machine": figures.machine(),
        "settings": {"rounds": ROUNDS, "window_s": WINDOW, "warm_up_s": WARM_UP, "idle_users": IDLE},
        "versions": versions(variants),
        "cpu": [],
        "loads": [],
        "idle": [],
        "idle_ways": [],
    }
    locusts = [v for v in variants if has_users(v)]
    for number in range(1, ROUNDS + 1):
        for users in USERS:
            for variant in turned(variants, number):
                data["cpu"].append(printed({"round": number, **cpu_per_request(variant, users)}))
        for load in (load for load, kind in LOADS.items() if kind in LOADS_WANTED):
            for variant in (v for v in turned(variants, number) if speaks(v, LOADS[load])):
                row = cpu_per_request(variant, users_of(LOADS[load]), LOADS[load])
                data["loads"].append(printed({"round": number, "load": load, **row}))
        if IDLE:
            for variant in turned(locusts, number):
                data["idle"].append(printed({"round": number, **idle_users(variant, IDLE)}))
            for way, kind in IDLE_WAYS.items():
                for variant in turned(locusts, number):
                    row = idle_users(variant, min(IDLE, MOST_TLS), kind)
                    data["idle_ways"].append(printed({"round": number, "way": way, **row}))
    data["settings"]["took_min"] = round((time.monotonic() - began) / 60, 1)
    print("written:", figures.save("bench", data).relative_to(ROOT))
    if not figures.is_part():
        history.append(data)


def turned(variants: list[str], number: int) -> list[str]:
    """Each round starts with another variant, so that none always has the warm or the cold place."""
    return variants[number % len(variants) :] + variants[: number % len(variants)]


def users_of(kind: str) -> int:
    return MANY if kind in WITH_MANY else FEW


def has_users(variant: str) -> bool:
    return bool(VARIANTS[variant][1])


def speaks(variant: str, kind: str) -> bool:
    if not has_users(variant):
        return variant == "wrk" and kind in WITH_WRK
    return VARIANTS[variant][0] == rig.RLOCUST or kind not in ONLY_OURS


def printed(row: dict[str, Any]) -> dict[str, Any]:
    print("  ".join(f"{key}={value}" for key, value in row.items()), file=sys.stderr, flush=True)
    return row


def generator(variant: str, users: int, kind: str, nginx: Nginx) -> rig.Generator:
    path, client = VARIANTS[variant]
    host = nginx.tls_url if "Tls" in kind else nginx.url
    if variant == "wrk":
        command = [program("wrk"), "-t1", f"-c{users}", "-d600s", host + WITH_WRK[kind]]
    elif variant == "oha":
        command = [path, "-c", str(users), "-z", "600s", "--no-tui", nginx.url + "/"]
    else:
        command = [path, "-f", LOCUSTFILE, "--headless", "-u", str(users), "-r", str(users)]
        command += ["-H", host, "--only-summary", "--loglevel", "ERROR", kind + client]
    return rig.Generator(f"{variant} {users}", command, env={"BENCH_USERS": str(users)})


def cpu_per_request(variant: str, users: int, kind: str = "Plain") -> dict[str, Any]:
    def every_user_is_connected() -> bool:
        counted = nginx.counted()
        wanted = users * CONNECTIONS.get(kind, 1)
        return counted.connections >= wanted or (kind == "TlsNew" and counted.requests > 2 * users)

    with counting_nginx() as nginx, generator(variant, users, kind, nginx) as load:
        if has_users(variant):
            load.event("spawning_complete")
        until("every user is connected", every_user_is_connected, 60, rig.EVERY)
        time.sleep(WARM_UP)
        first, count_before = readings.read_process(load.pid), nginx.counted()
        time.sleep(WINDOW)
        last, count_after = readings.read_process(load.pid), nginx.counted()
        if has_users(variant):
            no_failures(load)
    requests = count_after.requests - count_before.requests
    seconds = last.at - first.at
    if not requests:
        raise SystemExit(f"{variant} with {users} users: no request in the window")
    threads = readings.split_by_thread(first, last)
    return {
        "variant": variant,
        "users": users,
        "cpu_us": round((last.cpu - first.cpu) / requests * 1e6, 2),
        "rps": round(requests / seconds),
        "requests": requests,
        "core_share": round((last.cpu - first.cpu) / seconds, 3),
        "switches": round((last.switches - first.switches) / requests, 3),
        "threads_us": {name: round(spent / requests * 1e6, 2) for name, spent in threads.items() if spent > 0.001},
    }


def no_failures(load: rig.Generator) -> None:
    load.stop()
    said = [event for event in load.events() if event["event"] == "quitting"]
    if said and said[0]["failures"]:
        raise SystemExit(f"{load.name}: {said[0]['failures']} failures of {said[0]['requests']}, see {load.log}")


def idle_users(variant: str, users: int, kind: str = "Idle") -> dict[str, Any]:
    with counting_nginx() as nginx, generator(variant, users, kind, nginx) as load:
        start = load.event("test_start")
        done = load.event("all_connected", 600)
        held = nginx.counted().connections
        time.sleep(WARM_UP)
        rss, used = readings.rss_kib(load.pid), readings.read_process(load.pid)
    return {
        "variant": variant,
        "users": users,
        "spawn_s": round(done["at"] - start["at"], 3),
        "kib_per_user": round((rss - start["rss_kib"]) / users, 2),
        "rss_mib": round(rss / 1024, 1),
        "connections": held,
        "cpu_s": round(used.cpu, 2),
    }


def versions(variants: list[str]) -> dict[str, str]:
    said = {}
    for path in {VARIANTS[v][0] for v in variants}:
        option = "-v" if path == "wrk" else "-V"
        answer = subprocess.run([path, option], capture_output=True, text=True, check=False)
        number = re.search(r"\d+(\.\d+)+", answer.stdout + answer.stderr)
        said[os.path.basename(path)] = number[0] if number else "unknown"
    return said


if __name__ == "__main__":
    main()
