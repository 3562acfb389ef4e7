"""A server on raw sockets that answers by path and keeps every byte it was sent.

Runs as a process of its own: prints one JSON line with its ports, serves until its standard input ends.
Answers are fixed (same date, same lengths), so that two runs differ only where the client differs.
The control port takes JSON lines: `begin` opens a chapter (a port of its own, which it returns), `note` adds to it,
`dump` returns them all. Of the chapter at port `of`: `seen` waits until a path was asked for N times, `release` lets
answers go on that are held under a name, `settled` waits until all that the server does after its answers has reached
the client.
What each path does stands in `answers.py`.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.differential.lab import faults, tcp
from tests.differential.lab.answers import READ, Answer, Ending, Held, Place, Request, answer_for
from tests.kit.places import TESTS
from tests.kit.waiting import DEADLINE

HEAD_LIMIT = 1 << 20
TLS = TESTS / "engine" / "data" / "tls"
CERTIFICATES = ("server", "other", "expired", "selfsigned", "expired-selfsigned")
PAUSE = 0.005


@dataclass
class Chapter:
    """What arrived at one listening port, in order; connections are numbered as they opened."""

    name: str
    port: int = 0
    connections: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    #: How often each path was asked for.
    seen: Counter[str] = field(default_factory=Counter)
    #: Answers that are being played, their ending included.
    playing: int = 0
    open: set[asyncio.Task[Any] | None] = field(default_factory=set)
    gates: defaultdict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    def add(self, connection: int, request: Request) -> None:
        raw = request.head + request.body
        self.requests.append({"connection": connection, "raw": raw.decode("latin-1")})
        self.seen[request.path] += 1

    def shown(self) -> dict[str, Any]:
        return {"name": self.name, "port": self.port, "requests": self.requests, "notes": self.notes}


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """One request with its exact bytes, or None when the client closed before a whole head."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    request = Request(head)
    try:
        if request.is_chunked:
            request.body = await read_chunked(reader)
        elif request.length:
            request.body = await reader.readexactly(request.length)
    except asyncio.IncompleteReadError as cut:
        request.body = cut.partial
    return request


async def read_chunked(reader: asyncio.StreamReader) -> bytes:
    """The raw bytes of a chunked body, sizes and all: the framing is part of the comparison."""
    raw = b""
    while True:
        line = await reader.readuntil(b"\r\n")
        raw += line
        size = int(line.split(b";")[0], 16)
        raw += await reader.readexactly(size + 2)
        if size == 0:
            return raw


class Server:
    """Each chapter listens on a port of its own, so that a late request still lands in the chapter it was sent for."""

    def __init__(self, ports: dict[str, int]) -> None:
        self.ports = ports
        self.chapters: list[Chapter] = []
        self.fillers: list[socket.socket] = []

    async def begin(self, name: str) -> int:
        chapter = Chapter(name)
        listener = await asyncio.start_server(partial(self.serve, chapter), "127.0.0.1", 0, limit=HEAD_LIMIT)
        chapter.port = listener.sockets[0].getsockname()[1]
        self.chapters.append(chapter)
        return chapter.port

    async def serve(self, chapter: Chapter, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection, chapter.connections = chapter.connections, chapter.connections + 1
        task = asyncio.current_task()
        chapter.open.add(task)
        ports = self.ports | {"http": chapter.port}
        try:
            while request := await read_request(reader):
                chapter.playing += 1
                try:
                    chapter.add(connection, request)
                    request.connection = connection
                    is_over = await self.send(self.answer(request, ports, chapter.seen), chapter, reader, writer)
                    if is_over or request.wants_close:
                        writer.close()
                        await writer.wait_closed()
                        break
                finally:
                    chapter.playing -= 1
        except ConnectionError:
            pass
        finally:
            writer.close()
            chapter.open.discard(task)

    def answer(self, request: Request, ports: dict[str, int], seen: dict[str, int]) -> Answer:
        if request.path.startswith("/fault/"):
            return faults.answer(Place(request, ports, seen))
        return answer_for(request, ports, seen)

    async def open_faulty_ports(self) -> None:
        """A port for each way in which a connection can go wrong before or without a request."""
        for name in faults.CONNECTIONS:
            listener = await asyncio.start_server(partial(faults.conversation, name), "127.0.0.1", 0)
            self.ports[name] = listener.sockets[0].getsockname()[1]
        for name in CERTIFICATES:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(TLS / f"{name}.pem", TLS / f"{name}.key.pem")
            listener = await asyncio.start_server(self.serve_latest, "127.0.0.1", 0, ssl=context)
            self.ports[f"tls_{name}"] = listener.sockets[0].getsockname()[1]
        self.ports["full"], self.fillers = faults.full()

    async def serve_latest(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.serve(self.chapters[-1], reader, writer)

    async def send(
        self, answer: Answer, chapter: Chapter, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Plays the answer; True when the connection is over with it."""
        for part in answer.parts:
            if isinstance(part, float):
                await pause(part, reader)
            elif isinstance(part, Held):
                await chapter.gates[part.name].wait()
            elif part is READ:
                peer = writer.get_extra_info("peername")
                await until(lambda peer=peer: tcp.has_read_all(*peer[:2]) or writer.is_closing())
            else:
                writer.write(part() if callable(part) else part)
                await writer.drain()
        if answer.ending is Ending.RESET:
            faults.abort(writer)
        if answer.ending is Ending.HALF_CLOSE:
            writer.write_eof()
        if answer.ending in (Ending.HANG, Ending.HALF_CLOSE):
            chapter.playing -= 1
            try:
                await reader.read()
            finally:
                chapter.playing += 1
        return answer.ending is not Ending.KEEP

    async def serve_control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(json.dumps(await self.obey(json.loads(line))).encode() + b"\n")
            await writer.drain()
        writer.close()

    async def obey(self, order: dict[str, Any]) -> Any:
        if "begin" in order:
            return await self.begin(order["begin"])
        if "note" in order:
            self.chapters[-1].notes.update(order["note"])
            return "ok"
        chosen = [chapter for chapter in self.chapters if order.get("of") in (None, chapter.port)]
        if "dump" in order:
            return await dumped(chosen)
        (chapter,) = chosen
        if "release" in order:
            chapter.gates[order["release"]].set()
            return "ok"
        if "seen" in order:
            path, times = order["seen"]
            return await until(lambda: chapter.seen[path] >= times)
        assert "settled" in order, order
        return await until(lambda: not chapter.playing and tcp.has_arrived(chapter.port))


async def dumped(chapters: list[Chapter]) -> list[dict[str, Any]]:
    """The client is gone: its connections end at once, and with them requests cut short."""
    still = {task for chapter in chapters for task in chapter.open if task}
    if still:
        await asyncio.wait(still, timeout=DEADLINE)
    return [chapter.shown() for chapter in chapters]


async def until(condition: Callable[[], bool]) -> bool:
    """Whether it came true before the deadline."""
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(PAUSE)
    return True


async def pause(seconds: float, reader: asyncio.StreamReader) -> None:
    """Shorter where the client hangs up meanwhile."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not reader.at_eof():
        await asyncio.sleep(min(left, 0.05))


async def main() -> None:
    with socket.socket() as refusing:  # bound, never listening: connecting is refused, and nobody else gets the port
        refusing.bind(("127.0.0.1", 0))
        server = Server({"refused": refusing.getsockname()[1]})
        control = await asyncio.start_server(server.serve_control, "127.0.0.1", 0, limit=HEAD_LIMIT)
        await server.open_faulty_ports()
        server.ports["control"] = control.sockets[0].getsockname()[1]
        server.ports["http"] = await server.begin("before the first chapter")
        print(json.dumps(server.ports), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


if __name__ == "__main__":
    asyncio.run(main())
