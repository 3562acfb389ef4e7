"""SocketIOUser: connect, call, emit, send, an event received, a refusal, nobody there. Argument: the server."""

import sys

from locust.contrib.socketio import SocketIOUser

from tests.compat.programs.contrib.shown import environment, show


class Guest(SocketIOUser):
    options = {"reconnection": False}


url = f"http://{sys.argv[1]}"
everybody = environment()
guest = Guest(everybody)
guest.sio.connect(url, transports=["websocket"])
show("connected", 1)
print(guest.sio.call("add", [1, 2, 3]))
show("called", 1)
guest.sio.emit("greet", "you")
show("emitted, and heard", 2)
guest.sio.send("hello")
guest.sio.send("hello", name="a message")
show("sent", 2)
guest.sio.disconnect()
guest.sio.emit("greet", "nobody")
guest.sio.send("hello")
show("not connected", 2)
refused = Guest(everybody)
for where, how in ((url, {"auth": {"token": "wrong"}}), ("http://127.0.0.1:9", {})):
    try:
        refused.sio.connect(where, transports=["websocket"], **how)
    except Exception as error:
        print(type(error).__name__)
show("refused, and nobody there", 2)
