"""`make bench-grpc`: CPU of 100 users that call a generated stub over gRPC without waits: rlocust's own channel against
grpcio under real Locust, and under rlocust; with BENCH_PACE a user has so many seconds from call to call instead.
Programs take turns; medians of BENCH_ROUNDS (3), each measured for BENCH_SECONDS (10). Held: grpcio under Locust takes
at least three times the CPU for a call, with nginx as the server; BENCH_SERVER=grpcio takes one of grpcio instead.
"""

import os
import sys
import time

from bench import rig
from bench.grpc_server import greeter, python_greeter
from bench.in_turns import Row, compared, cost_of_each
from tests.kit.places import ROOT

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
USERS = int(os.environ.get("BENCH_USERS", "100"))
PACE = os.environ.get("BENCH_PACE", "0")
SERVER = python_greeter if os.environ.get("BENCH_SERVER") == "grpcio" else greeter
VARIANTS = {
    "rlocust GrpcUser": (rig.RLOCUST, "Native"),
    "rlocust grpcio": (rig.RLOCUST, "Library"),
    "Locust grpcio": (rig.LOCUST, "Library"),
}
OURS, THEIRS = "rlocust GrpcUser", "Locust grpcio"
#: Must hold.
LEAST_RATIO = 3.0


def main() -> int:
    ratio, _ = compared("grpc", VARIANTS, (OURS, THEIRS), ROUNDS, USERS, measured)
    return int(ratio < LEAST_RATIO)


def measured(name: str) -> Row:
    """CPU microseconds of the whole generator for a call that was answered, by kind of thread, and its memory."""
    program, users = VARIANTS[name]
    words = ["-f", str(ROOT / "bench" / "grpc_users.py"), "--headless", "--only-summary"]
    words += ["-u", str(USERS), "-r", str(USERS), users]
    with (
        SERVER() as server,
        rig.Generator(
            f"grpc {name}", [program, *words, "-H", server.address], core=None, env={"BENCH_PACE": PACE}
        ) as load,
    ):
        load.event("spawning_complete", 120)
        time.sleep(2)  # all have called
        row = cost_of_each("calls", load.pid, server.calls, SECONDS, USERS)
        load.process.kill()
    print(f"{name}: {', '.join(f'{key} {value:.1f}' for key, value in row.items())}", flush=True)
    return row


if __name__ == "__main__":
    sys.exit(main())
