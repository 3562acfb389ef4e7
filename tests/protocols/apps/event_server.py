"""A server of streams of events that does what the path says, on bare sockets so that each write is one of its own.
With a certificate and a key as arguments it speaks TLS.

`/clock/COUNT/GAP_MS` sends events that say when they were sent (`time.perf_counter()`, one clock for all of a machine),
the first also when its request had come. `/chat/COUNT` answers as OpenAI's chat completions do, `/torn` a byte at a
time, `/packed/gzip` and `/packed/deflate` packed, each event once `/next/gzip` was asked for; the other names say what
they do.
"""

import asyncio
import gzip
import itertools
import json
import ssl
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Coroutine

KIND = b"Content-Type: text/event-stream\r\n"
CHUNKED = KIND + b"Transfer-Encoding: chunked\r\n"

Writer = asyncio.StreamWriter
#: By name: how often the client has said that it has read what came, and wants more.
wanted: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(0))


async def begin(writer: Writer, fields: bytes = CHUNKED, status: bytes = b"200 OK") -> None:
    writer.write(b"HTTP/1.1 " + status + b"\r\n" + fields + b"\r\n")
    await writer.drain()


async def chunk(writer: Writer, content: bytes) -> None:
    writer.write(b"%x\r\n%b\r\n" % (len(content), content))
    await writer.drain()


async def event(writer: Writer, data: str, fields: str = "") -> None:
    await chunk(writer, f"{fields}data: {data}\n\n".encode())


async def end(writer: Writer) -> None:
    writer.write(b"0\r\n\r\n")
    await writer.drain()


async def clock(writer: Writer, head: str, arguments: list[str]) -> None:
    came = time.perf_counter()
    count, gap = int(arguments[0]), float(arguments[1]) / 1000
    await begin(writer)
    for number in range(count):
        await asyncio.sleep(gap)
        fields = f"id: {came!r}\n" if number == 0 else ""
        await event(writer, repr(time.perf_counter()), fields)
    await end(writer)


async def chat(writer: Writer, head: str, arguments: list[str]) -> None:
    """A role, `COUNT` pieces of text 5 ms apart, and a usage that counts two tokens for each."""
    count = int(arguments[0])
    await begin(writer)
    deltas = [{"role": "assistant", "content": ""}, *({"content": f"{number} "} for number in range(count)), {}]
    for delta in deltas:
        await event(writer, json.dumps({"choices": [{"delta": delta}], "usage": None}))
        await asyncio.sleep(0.005)
    await event(writer, json.dumps({"choices": [], "usage": {"completion_tokens": 2 * count}}))
    await event(writer, "[DONE]")
    await end(writer)


async def torn(writer: Writer, head: str, arguments: list[str]) -> None:
    await begin(writer, KIND)
    for byte in "\ufeffevent: grüß\r\ndata: 1\r\ndata: 2\r\n: nothing\rid: 7\r\r\ndata: last\n\n".encode():
        writer.write(bytes([byte]))
        await writer.drain()


async def packed(writer: Writer, head: str, arguments: list[str]) -> None:
    """Each event can be read before the next is sent, which the client has to ask for."""
    name, form = (b"gzip", 31) if arguments == ["gzip"] else (b"deflate", 15)
    await begin(writer, CHUNKED + b"Content-Encoding: " + name + b"\r\n")
    packer = zlib.compressobj(wbits=form)
    for number in range(3):
        flushed = packer.compress(f"data: {number}\n\n".encode()) + packer.flush(zlib.Z_SYNC_FLUSH)
        await chunk(writer, flushed)
        await wanted[arguments[0]].acquire()
    await chunk(writer, packer.flush())
    await end(writer)


async def next_one(writer: Writer, head: str, arguments: list[str]) -> None:
    wanted[arguments[0]].release()
    await begin(writer, b"Content-Length: 0\r\n")


async def bomb(writer: Writer, head: str, arguments: list[str]) -> None:
    await begin(writer, KIND + b"Content-Encoding: gzip\r\n")
    writer.write(gzip.compress(b"data: " + b"x" * 20_000_000))
    await writer.drain()


async def endless_line(writer: Writer, head: str, arguments: list[str]) -> None:
    await begin(writer, KIND)
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def many(writer: Writer, head: str, arguments: list[str]) -> None:
    await begin(writer, KIND)
    writer.write(b"data: x\n\n" * 5000)
    await writer.drain()


async def cut(writer: Writer, head: str, arguments: list[str]) -> None:
    await begin(writer)
    await event(writer, "one")


async def stall(writer: Writer, head: str, arguments: list[str]) -> None:
    await begin(writer)
    await event(writer, "one")
    await asyncio.Event().wait()


async def page(writer: Writer, head: str, arguments: list[str]) -> None:
    await begin(writer, b"Content-Type: text/html\r\nContent-Length: 0\r\n")


async def busy(writer: Writer, head: str, arguments: list[str]) -> None:
    body = b'{"error": "too many"}'
    await begin(writer, b"Content-Length: %d\r\n" % len(body), b"429 Too Many")
    writer.write(body)
    await writer.drain()


async def again(writer: Writer, head: str, arguments: list[str]) -> None:
    """Two events a connection, and no more behind the fourth."""
    last = next((line.split(": ")[1] for line in head.splitlines() if line.lower().startswith("last-event-id")), "0")
    if int(last) >= 4:
        await begin(writer, b"", b"204 No Content")
        return
    await begin(writer, KIND)
    for number in (int(last) + 1, int(last) + 2):
        writer.write(f"retry: 10\nid: {number}\ndata: {number}\n\n".encode())
    await writer.drain()


async def prices(writer: Writer, head: str, arguments: list[str]) -> None:
    await begin(writer)
    for number in itertools.count():
        await event(writer, str(number), "event: price\n" if number % 3 == 2 else "")
        await asyncio.sleep(0.02)


async def echo(writer: Writer, head: str, arguments: list[str]) -> None:
    """The request's head, and its body."""
    await begin(writer)
    await event(writer, json.dumps({"head": head, "body": arguments[0]}))
    await end(writer)


Deed = Callable[[Writer, str, list[str]], Coroutine[object, object, None]]
DEEDS: dict[str, Deed] = {
    "clock": clock,
    "chat": chat,
    "torn": torn,
    "packed": packed,
    "next": next_one,
    "bomb": bomb,
    "endless_line": endless_line,
    "many": many,
    "cut": cut,
    "stall": stall,
    "page": page,
    "busy": busy,
    "again": again,
    "prices": prices,
    "echo": echo,
}


async def serve(reader: asyncio.StreamReader, writer: Writer) -> None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split()[1].partition("?")[0]
        lengths = [int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length")]
        body = (await reader.readexactly(lengths[0])).decode() if lengths else ""
        _, name, *arguments = path.split("/")
        await DEEDS[name](writer, head, arguments or [body])
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def main() -> None:
    tls = None
    if len(sys.argv) > 1:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(sys.argv[1], sys.argv[2])
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls, backlog=1000)
    print(f"serving 127.0.0.1:{server.sockets[0].getsockname()[1]}")
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
