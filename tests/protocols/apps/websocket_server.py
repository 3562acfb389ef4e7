"""A WebSocket server that does what the path says. With a certificate and a key as arguments it speaks TLS.

`/echo` sends back what comes, `/close` ends with code 4001 at the first message, `/reset` breaks the connection there,
`/once` sends back one message and closes, `/late` answers `noise` and then the message, `/many` sends twenty messages
at once, `/ping` says when its ping was answered, `/refuse` answers with status 403, and `/silent` never says anything.
`/goodbyes` tells how its clients left.
"""

import asyncio
import http
import socket
import ssl
import struct
import sys
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

goodbyes: list[int | None] = []


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


async def close(connection: ServerConnection) -> None:
    await connection.recv()
    await connection.close(4001, "enough")


async def once(connection: ServerConnection) -> None:
    await connection.send(await connection.recv())
    await connection.close()


async def reset(connection: ServerConnection) -> None:
    await connection.recv()
    its_socket: socket.socket = connection.transport.get_extra_info("socket")
    its_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.transport.abort()


async def late(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send("noise")
        await connection.send(message)


async def many(connection: ServerConnection) -> None:
    for number in range(20):
        await connection.send(str(number))
    await connection.close()


async def ping(connection: ServerConnection) -> None:
    await (await connection.ping())
    await connection.send("answered")
    await connection.wait_closed()


async def silent(connection: ServerConnection) -> None:
    await connection.wait_closed()
    goodbyes.append(connection.close_code)


async def tell_goodbyes(connection: ServerConnection) -> None:
    await connection.send(" ".join(map(str, goodbyes)))
    await connection.wait_closed()


DEEDS = {
    "/echo": echo,
    "/close": close,
    "/once": once,
    "/reset": reset,
    "/late": late,
    "/many": many,
    "/ping": ping,
    "/silent": silent,
    "/goodbyes": tell_goodbyes,
}


async def answer(connection: ServerConnection) -> None:
    assert connection.request is not None
    await DEEDS[connection.request.path](connection)


def refuse(connection: ServerConnection, request: Any) -> Any:
    if request.path not in DEEDS:
        return connection.respond(http.HTTPStatus.FORBIDDEN, "not here")
    return None


def choose(_: ServerConnection, offered: Any) -> Any:
    return "chat" if "chat" in offered else None


async def main() -> None:
    tls = None
    if len(sys.argv) > 1:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(sys.argv[1], sys.argv[2])
    options: dict[str, Any] = {"process_request": refuse, "select_subprotocol": choose, "max_size": None, "ssl": tls}
    async with serve(answer, "127.0.0.1", 0, **options) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(f"serving 127.0.0.1:{port}")
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main())
