"""A server on raw sockets that answers by path and keeps every byte it was sent.

Runs as a process of its own: prints one JSON line with its ports, serves until its standard input ends.
Answers are fixed (same date, same lengths), so that two runs differ only where the client differs.
The control port takes JSON lines: `begin` opens a chapter of the record, `note` adds to it, `dump` returns it all.
What each path does stands in `answers.py`.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
from dataclasses import dataclass, field
from typing import Any

from answers import Answer, Ending, Request, answer_for

HEAD_LIMIT = 1 << 20


@dataclass
class Chapter:
    name: str
    connections: list[int] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)


class Recording:
    """What arrived, in order, by chapter; connections are numbered within their chapter."""

    def __init__(self) -> None:
        self.chapters = [Chapter("before the first chapter")]
        self.seen: dict[str, int] = {}

    def begin(self, name: str) -> None:
        self.chapters.append(Chapter(name))

    def add(self, connection: int, raw: bytes, path: str) -> None:
        chapter = self.chapters[-1]
        if connection not in chapter.connections:
            chapter.connections.append(connection)
        self.seen[path] = self.seen.get(path, 0) + 1
        chapter.requests.append(
            {"connection": chapter.connections.index(connection), "raw": raw.decode("latin-1")},
        )

    def dump(self) -> list[dict[str, Any]]:
        return [{"name": c.name, "requests": c.requests, "notes": c.notes} for c in self.chapters]


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
    def __init__(self) -> None:
        self.recording = Recording()
        self.connections = 0
        self.ports: dict[str, int] = {}

    async def serve_http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        try:
            while request := await read_request(reader):
                self.recording.add(number, request.head + request.body, request.path)
                answer = answer_for(request, self.ports, self.recording.seen)
                if await self.send(answer, reader, writer) or request.wants_close:
                    break
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def send(self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Plays the answer; True when the connection is over with it."""
        for part in answer.parts:
            if isinstance(part, float):
                await asyncio.sleep(part)
                continue
            writer.write(part)
            await writer.drain()
        if answer.ending is Ending.HANG:
            await reader.read()
        if answer.ending is Ending.RESET:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        return answer.ending is not Ending.KEEP

    async def serve_control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(json.dumps(self.obey(json.loads(line))).encode() + b"\n")
            await writer.drain()
        writer.close()

    def obey(self, order: dict[str, Any]) -> Any:
        if "begin" in order:
            self.recording.begin(order["begin"])
        if "note" in order:
            self.recording.chapters[-1].notes.update(order["note"])
        return self.recording.dump() if "dump" in order else "ok"


async def main() -> None:
    server = Server()
    http = await asyncio.start_server(server.serve_http, "127.0.0.1", 0, limit=HEAD_LIMIT)
    control = await asyncio.start_server(server.serve_control, "127.0.0.1", 0, limit=HEAD_LIMIT)
    with socket.socket() as refusing:  # bound, never listening: connecting is refused, and nobody else gets the port
        refusing.bind(("127.0.0.1", 0))
        server.ports = {
            "http": http.sockets[0].getsockname()[1],
            "control": control.sockets[0].getsockname()[1],
            "refused": refusing.getsockname()[1],
        }
        print(json.dumps(server.ports), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


if __name__ == "__main__":
    asyncio.run(main())
