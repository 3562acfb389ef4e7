"""A server whose answers have no end, or grow beyond all measure when they are decoded. Prints its URL."""

import asyncio
import gzip
import zlib

import brotli

PIECE = b"a" * 65536
CHUNK = b"10000\r\n" + PIECE + b"\r\n"
LARGE = bytes(16 << 20)
REPEATED = 256  # 4 GiB


def raw_bomb() -> bytes:
    """Whole blocks of deflate may be repeated. The stream is not ended: nobody gets so far."""
    packer = zlib.compressobj(wbits=-15)
    return (packer.compress(LARGE) + packer.flush(zlib.Z_FULL_FLUSH)) * REPEATED


def brotli_bomb() -> bytes:
    """Some hundred bytes for 4 GiB: brotli copies what it has seen."""
    packer = brotli.Compressor(quality=1)
    return b"".join(packer.process(LARGE) for _ in range(REPEATED)) + packer.finish()


DEFLATE = raw_bomb()
ENCODED = {
    "/gzip": ("gzip", gzip.compress(b"")[:10] + DEFLATE),
    "/deflate": ("deflate", DEFLATE),
    "/br": ("br", brotli_bomb()),
}


async def pour(writer: asyncio.StreamWriter, head: str, piece: bytes) -> None:
    writer.write(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode())
    while True:
        writer.write(piece)
        await writer.drain()


async def answer(path: str, writer: asyncio.StreamWriter) -> None:
    if path in ENCODED:
        coding, body = ENCODED[path]
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
    elif path == "/announced":
        await pour(writer, "Content-Length: 99999999999\r\n", PIECE)
    elif path == "/chunked":
        await pour(writer, "Transfer-Encoding: chunked\r\n", CHUNK)
    elif path == "/until-close":
        await pour(writer, "", PIECE)
    elif path == "/large":
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(LARGE)}\r\n\r\n".encode() + LARGE)
    else:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine")
    await writer.drain()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            await answer(head.split()[1].decode(), writer)
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1000)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    await server.serve_forever()


asyncio.run(main())
