"""`make bench-websocket`: CPU of 2,000 users that send a message a second over WebSocket: rlocust's own client against
websocket-client under real Locust, and under rlocust, and beside them what no generator can do without
(`benches/websocket_floor.rs`: no script, no figures, one thread). Programs take turns; medians of BENCH_ROUNDS (3),
each measured for BENCH_SECONDS (10). Held: a message costs rlocust less than the bare loop, and Locust at least five
times as much (it costs less: this is red).
"""

import json
import os
import re
import subprocess
import sys
import time

from websockets.sync.client import connect

from bench import rig
from bench.in_turns import Row, compared, cost_of_each
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
OURS, THEIRS, FLOOR = "rlocust WebSocketUser", "Locust websocket-client", "bare loop"
#: Must hold; 2.0 to 2.7 is what it is (docs/websocket.md).
LEAST_RATIO = 5.0


def main() -> int:
    floor = built_floor()
    programs = [*VARIANTS, FLOOR]
    ratio, rows = compared("websocket", programs, (OURS, THEIRS), ROUNDS, USERS, lambda name: measured(name, floor))
    return int(ratio < LEAST_RATIO or rows[OURS]["cpu_us"] > rows[FLOOR]["cpu_us"])


def built_floor() -> str:
    """The path of the bare loop's program."""
    command = ["cargo", "bench", "--locked", "--no-run", "--bench", "websocket_floor", "--message-format=json"]
    built = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    programs = [json.loads(line).get("executable") for line in built.splitlines()]
    return next(path for path in programs if path)


def measured(name: str, floor: str) -> Row:
    """CPU microseconds of the whole generator for a message that came back, by kind of thread, and its memory."""
    with running([sys.executable, "-m", "bench.websocket_server"], ROOT) as server:
        server.wait_for("serving ")
        found = re.search(r"serving (\S+)", server.stdout)
        assert found
        row = cost_of_floor(floor, found[1]) if name == FLOOR else cost_of_users(name, found[1])
    print(f"{name}: {', '.join(f'{key} {value:.1f}' for key, value in row.items())}", flush=True)
    return row


def cost_of_users(name: str, server: str) -> Row:
    program, users = VARIANTS[name]
    words = ["-f", str(ROOT / "bench" / "websocket_users.py"), "--headless", "--only-summary", "-H", server]
    words += ["-u", str(USERS), "-r", str(SPAWNED_A_SECOND), users]
    with rig.Generator(f"websocket {name}", [program, *words], core=None) as load:
        load.event("spawning_complete", USERS / SPAWNED_A_SECOND + 120)
        time.sleep(2)  # all have said something
        row = cost(load.pid, server)
        load.process.kill()
    return row


def cost_of_floor(program: str, server: str) -> Row:
    with running([program, server, str(USERS)], ROOT) as load:
        load.wait_for("ready", USERS / SPAWNED_A_SECOND + 120)
        row = cost(load.pid, server)
        load.kill()
    return row


def cost(pid: int, server: str) -> Row:
    return cost_of_each("messages", pid, lambda: messages(server), SECONDS, USERS)


def messages(server: str) -> int:
    with connect(f"{server}/count") as connection:
        return int(connection.recv())


if __name__ == "__main__":
    sys.exit(main())
