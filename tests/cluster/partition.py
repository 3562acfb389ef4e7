"""A TCP proxy between a worker and its master that breaks on command: a process of its own, and its handle.

Orders are lines to its second port. `up` is from worker to master, `down` the other way; each flows, is stalled (what
comes is kept and goes on later, as TCP does over a network that comes back) or comes late. `reset` breaks all
connections, `refuse` also each new one.
"""

import asyncio
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.kit.places import ROOT
from tests.kit.processes import running
from tests.kit.waiting import DEADLINE

RESET = struct.pack("ii", 1, 0)  # linger for no time


class Way:
    """One direction, of all connections."""

    def __init__(self) -> None:
        self.flows = asyncio.Event()
        self.flows.set()
        self.delay = 0.0

    def obey(self, order: str, seconds: str = "0") -> None:
        self.delay = float(seconds)
        if order == "stall":
            self.flows.clear()
        else:
            self.flows.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        now = asyncio.get_running_loop().time

        async def deliver() -> None:
            while True:
                due, data = await under_way.get()
                await asyncio.sleep(due - now())
                await self.flows.wait()
                writer.write(data)
                await writer.drain()

        delivery = asyncio.create_task(deliver())
        try:
            while data := await reader.read(65536):
                under_way.put_nowait((now() + self.delay, data))
        finally:
            delivery.cancel()


class Partition:
    """The program."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._ways = {"up": Way(), "down": Way()}
        self._lines: set[asyncio.StreamWriter] = set()
        self._refuses = False

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refuses:
            return _reset(writer)
        try:
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        except OSError:
            return _reset(writer)
        self._lines |= {writer, other_writer}
        ways = [
            asyncio.create_task(self._ways["up"].carry(reader, other_writer)),
            asyncio.create_task(self._ways["down"].carry(other_reader, writer)),
        ]
        _, pending = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in pending:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for line in (writer, other_writer):
            self._lines.discard(line)
            line.close()

    async def ordered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        order = (await reader.readline()).decode().split()
        if order[0] in self._ways:
            self._ways[order[0]].obey(*order[1:])
        else:
            self._refuses = order[0] == "refuse"
            for line in self._lines:
                _reset(line)
        writer.write(b"done\n")
        writer.close()


def _reset(line: asyncio.StreamWriter) -> None:
    line.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    line.transport.abort()


async def main(to_port: int) -> None:
    program = Partition(to_port)
    servers = [
        await asyncio.start_server(taken_by, "127.0.0.1", 0) for taken_by in (program.connected, program.ordered)
    ]
    print("ports", *(server.sockets[0].getsockname()[1] for server in servers), "open", flush=True)
    await asyncio.Event().wait()


class Handle:
    def __init__(self, port: int, orders: int) -> None:
        self.port, self._orders = port, orders

    def order(self, *words: str) -> None:
        """Carried out when this returns."""
        with socket.create_connection(("127.0.0.1", self._orders), DEADLINE) as line:
            line.sendall(" ".join(words).encode() + b"\n")
            assert line.recv(10)


@contextmanager
def partition(to_port: int) -> Iterator[Handle]:
    command = [sys.executable, "-m", "tests.cluster.partition", str(to_port)]
    with running(command, ROOT, {"PYTHONPATH": str(ROOT)}) as process:
        process.wait_for("open")
        _, port, orders, _ = process.stdout.split()
        yield Handle(int(port), int(orders))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
