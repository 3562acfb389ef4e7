"""WebSocket and Socket.IO servers in one process: /echo sends every message back, Socket.IO acknowledges `add`, answers
`greet` with an event `greeting`, and refuses who comes with the token `wrong`.
"""

import socket
from typing import Any

import socketio
import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

web = FastAPI()
rooms = socketio.AsyncServer(async_mode="asgi")


@web.websocket("/echo")
async def echo(connection: WebSocket) -> None:
    await connection.accept()
    try:
        while True:
            await connection.send_text(await connection.receive_text())
    except WebSocketDisconnect:
        pass


@rooms.event
async def connect(_sid: str, _environ: Any, auth: Any) -> bool:
    return not (isinstance(auth, dict) and auth.get("token") == "wrong")


@rooms.event
async def add(_sid: str, numbers: list[int]) -> int:
    return sum(numbers)


@rooms.event
async def greet(sid: str, name: str) -> None:
    await rooms.emit("greeting", f"Hello, {name}!", to=sid)


if __name__ == "__main__":
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        print(f"serving 127.0.0.1:{listener.getsockname()[1]}")
        config = uvicorn.Config(socketio.ASGIApp(rooms, web), ws="wsproto", log_level="warning")
        uvicorn.Server(config).run(sockets=[listener])
