"""A server on raw sockets that answers by path and keeps every byte it was sent.

Runs as a process of its own: prints one JSON line with its ports, serves until its standard input ends.
Answers are fixed (same date, same lengths), so that two runs differ only where the client differs.
The control port takes JSON lines: `begin` opens a chapter (a port of its own, which it
returns), `note` adds to it, `dump` returns them all.
What each path does stands in `answers.py`.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import sys
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from tests.differential.lab import faults
from tests.differential.lab.answers import Answer, Ending, Place, Request, answer_for
from tests.kit.places import TESTS

HEAD_LIMIT = 1 << 20
TLS = TESTS / "engine" / "data" / "tls"
CERTIFICATES = ("server", "other", "expired", "selfsigned", "expired-selfsigned")
DUMP_PATIENCE = 10.0


@dataclass
class Chapter:
    """What arrived at one listening port, in order; connections are numbered as they opened."""

    name: str
    port: int = 0
    connections: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    def add(self, connection: int, raw: bytes) -> None:
        self.requests.append({"connection": connection, "raw": raw.decode("latin-1")})


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
        self.seen: dict[str, int] = {}
        self.open: set[asyncio.Task[Any] | None] = set()
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
        self.open.add(task)
        ports = self.ports | {"http": chapter.port}
        try:
            while request := await read_request(reader):
                chapter.add(connection, request.head + request.body)
                request.connection = connection
                self.seen[request.path] = self.seen.get(request.path, 0) + 1
                answer = self.answer(request, ports)
                if await self.send(answer, reader, writer) or request.wants_close:
                    break
        except ConnectionError:
            pass
        finally:
            writer.close()
            self.open.discard(task)

    def answer(self, request: Request, ports: dict[str, int]) -> Answer:
        if request.path.startswith("/fault/"):
            return faults.answer(Place(request, ports, self.seen))
        return answer_for(request, ports, self.seen)

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

    async def send(self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Plays the answer; True when the connection is over with it."""
        for part in answer.parts:
            if isinstance(part, float):
                await asyncio.sleep(part)
                continue
            writer.write(part() if callable(part) else part)
            await writer.drain()
        if answer.ending is Ending.HANG:
            await reader.read()
        if answer.ending is Ending.RESET:
            faults.abort(writer)
        if answer.ending is Ending.HALF_CLOSE:
            writer.write_eof()
            await reader.read()
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
        if self.open:  # the client is gone: its connections end at once, and with them requests cut short
            await asyncio.wait(self.open, timeout=DUMP_PATIENCE)
        return [asdict(chapter) for chapter in self.chapters]


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
