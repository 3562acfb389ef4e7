"""`python -m bench.websocket_server`: sends every message back; at `/count` it says how many that were."""

import asyncio

from websockets.asyncio.server import ServerConnection, serve

counted = 0


async def answer(connection: ServerConnection) -> None:
    global counted
    assert connection.request is not None
    if connection.request.path == "/count":
        await connection.send(str(counted))
    async for message in connection:
        counted += 1
        await connection.send(message)


async def main() -> None:
    async with serve(answer, "127.0.0.1", 0, compression=None, ping_interval=None, backlog=4096) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        print(f"serving ws://127.0.0.1:{port}", flush=True)
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main())
