"""Counts the instructions of calls and holds them against `record.json`: `python -m tests.instructions.count`; with
`--record` it writes them down. It wants a release build and valgrind.

`scenarios.py` runs under callgrind, which counts by thread. Held is the script thread's share of a call: it is the
ceiling of one process, and in two runs of one build it differs by a hundredth. What the I/O thread does depends on how
the threads take turns, and the start of a program on what is installed: neither is held.
"""

import json
import platform
import re
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from tests.kit.places import ROOT, program
from tests.kit.processes import running

HERE = Path(__file__).parent
RECORD = HERE / "record.json"
#: Each stretch is counted in so many pieces of so many calls, of which the cheapest stands for it: what the script
#: thread does beside the calls, once a second, falls into the others.
PIECES, CALLS = 5, 40
MOST = 1.03  # times what is recorded
LIMIT = 600.0  # seconds for a machine that does other things beside
#: In their order.
STRETCHES = [
    f"{kind}, {client}" for kind in ("plain", "realistic", "listener") for client in ("HttpUser", "FastHttpUser")
]
#: Calls in one round of a stretch.
ROUNDS = {"realistic": 2}


def _answer_of(content: dict[str, Any]) -> bytes:
    body = json.dumps(content)
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


SMALL = _answer_of({"id": 1, "name": "a small answer of about a hundred bytes, as an API gives it", "n": 100})
LARGE = _answer_of({"id": 1, "items": [{"sku": f"item-{n}", "count": n, "price": n * 1.25} for n in range(42)]})


def surroundings() -> str:
    """What the counts depend on, beside the program itself."""
    return f"{platform.machine()}, Python {'.'.join(platform.python_version_tuple()[:2])}"


def counted() -> dict[str, int]:
    """Instructions of the script thread for one call, by stretch."""
    with tempfile.TemporaryDirectory() as folder, answering() as url:
        callgrind = ["--tool=callgrind", "--instr-atstart=no", "--separate-threads=yes", "--dump-before=ctermid"]
        command = [program("valgrind"), *callgrind, f"--callgrind-out-file={folder}/out", sys.executable, "-m"]
        command += ["rlocust", "-f", str(HERE / "scenarios.py"), "--headless", "-u", "1", "-H", url, "Counted"]
        with running(
            command, ROOT, {"COUNT_PIECES": str(PIECES), "COUNT_CALLS": str(CALLS), "PYTHONHASHSEED": "0"}
        ) as process:
            assert process.wait(LIMIT) == 0, process.said
        return {name: cheapest(Path(folder), place, name) for place, name in enumerate(STRETCHES)}


def cheapest(folder: Path, place: int, name: str) -> int:
    """Of the pieces of this stretch, for one call. Each piece has a dump, and so has what is before them."""
    first = place * (PIECES + 1) + 2
    calls = CALLS * ROUNDS.get(name.partition(",")[0], 1)
    return round(min(total(folder, number) for number in range(first, first + PIECES)) / calls)


def total(folder: Path, number: int) -> int:
    found = re.search(r"^totals: (\d+)", (folder / f"out.{number}-01").read_text(), re.M)
    assert found, f"callgrind counted nothing in piece {number}"
    return int(found[1])


@contextmanager
def answering() -> Iterator[str]:
    """A server in a thread of this process that gives the same answers in the same pieces each time."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=_accept, args=(listener,), daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def _accept(listener: socket.socket) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return  # the listener was closed: nobody asks any more
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Thread(target=_answer, args=(line,), daemon=True).start()


def _answer(line: socket.socket) -> None:
    with line, line.makefile("rb") as requests:
        while first := requests.readline():
            length = 0
            while header := requests.readline().strip().lower():
                if header.startswith(b"content-length:"):
                    length = int(header.partition(b":")[2])
            requests.read(length)
            line.sendall(LARGE if b"/order?" in first else SMALL)


def differences(counts: dict[str, int], recorded: dict[str, int]) -> list[str]:
    """One line for each stretch: what it takes now, and of what is recorded."""
    return [
        f"{name}: {now:,} instructions, {now / recorded[name]:.3f} of the {recorded[name]:,} recorded"
        for name, now in counts.items()
    ]


def excesses(counts: dict[str, int], recorded: dict[str, int]) -> list[str]:
    """The lines of those that take too many."""
    lines = zip(counts.items(), differences(counts, recorded), strict=True)
    return [line for (name, now), line in lines if now > recorded[name] * MOST]


def record() -> dict[str, dict[str, int]]:
    return json.loads(RECORD.read_text()) if RECORD.exists() else {}


def main() -> None:
    counts, known = counted(), record()
    if "--record" in sys.argv:
        known[surroundings()] = counts
        RECORD.write_text(json.dumps(known, indent=1) + "\n")
    print("\n".join(differences(counts, known.get(surroundings(), counts))))


if __name__ == "__main__":
    main()
