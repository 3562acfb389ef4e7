"""`make bench-websocket`: CPU of 2,000 users that send a message a second over WebSocket: rlocust's own client against
websocket-client under real Locust, and under rlocust. Programs take turns; medians of BENCH_ROUNDS (3), each measured
for BENCH_SECONDS (10). Held: Locust takes at least five times the CPU for a message (it takes less: this is red).
"""

import os
import re
import sys
import time

from websockets.sync.client import connect

from bench import rig
from bench.in_turns import compared, cost_of_each
from tests.kit.places import ROOT
from tests.kit.processes import running

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
USERS = int(os.environ.get("BENCH_USERS", "2000"))
SPAWNED_A_SECOND = 250
VARIANTS = {
    "rlocust WebSocketUser": (rig.RLOCUST, "Native"),
    "rlocust websocket-client": (rig.RLOCUST, "Library"),
    "Locust websocket-client": (rig.LOCUST, "Library"),
}
OURS, THEIRS = "rlocust WebSocketUser", "Locust websocket-client"
#: Must hold; 2.4 is what it is (docs/websocket.md).
LEAST_RATIO = 5.0


def main() -> int:
    ratio = compared("websocket", VARIANTS, (OURS, THEIRS), ROUNDS, USERS, measured)
    return int(ratio < LEAST_RATIO)


def measured(name: str) -> dict[str, float]:
    """CPU microseconds of the whole generator for a message that came back, by kind of thread, and its memory."""
    program, users = VARIANTS[name]
    with running([sys.executable, "-m", "bench.websocket_server"], ROOT) as server:
        server.wait_for("serving ")
        found = re.search(r"serving (\S+)", server.stdout)
        assert found
        words = ["-f", str(ROOT / "bench" / "websocket_users.py"), "--headless", "--only-summary", "-H", found[1]]
        words += ["-u", str(USERS), "-r", str(SPAWNED_A_SECOND), users]
        with rig.Generator(f"websocket {name}", [program, *words], core=None) as load:
            load.event("spawning_complete", USERS / SPAWNED_A_SECOND + 120)
            time.sleep(2)  # all have said something
            row = cost_of_each("messages", load.pid, lambda: messages(found[1]), SECONDS, USERS)
            load.process.kill()
    print(f"{name}: {', '.join(f'{key} {value:.1f}' for key, value in row.items())}", flush=True)
    return row


def messages(server: str) -> int:
    with connect(f"{server}/count") as connection:
        return int(connection.recv())


if __name__ == "__main__":
    sys.exit(main())
