"""The part of MongoDB's protocol that a client's `find` needs: the greeting, documents of `shop.orders`, an error.

Messages are `OP_MSG` of section 0 (mongodb.com/docs/manual/reference/mongodb-wire-protocol). A find in a collection
called `broken` is refused; every other command is answered with ok.
"""

import socketserver
import struct
from typing import Any

from bson import decode, encode

OP_MSG, OP_QUERY, OP_REPLY = 2013, 2004, 1
ORDERS = [{"_id": number, "open": number % 2 == 0} for number in range(10)]
GREETING = {
    "ok": 1.0,
    "helloOk": True,
    "isWritablePrimary": True,
    "ismaster": True,
    "maxBsonObjectSize": 16 << 20,
    "maxMessageSizeBytes": 48_000_000,
    "maxWriteBatchSize": 100_000,
    "minWireVersion": 0,
    "maxWireVersion": 25,
    "readOnly": False,
}


def answer(command: dict[str, Any]) -> dict[str, Any]:
    name = next(iter(command))
    if name.lower() in ("hello", "ismaster"):
        return GREETING
    if name != "find":
        return {"ok": 1.0}
    if command["find"] == "broken":
        return {"ok": 0.0, "errmsg": "this collection is broken", "code": 2, "codeName": "BadValue"}
    wanted = command.get("filter", {})
    found = [order for order in ORDERS if wanted.items() <= order.items()]
    return {"cursor": {"firstBatch": found, "id": 0, "ns": f"shop.{command['find']}"}, "ok": 1.0}


class Connection(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while header := self.rfile.read(16):
            length, request, _, operation = struct.unpack("<iiii", header)
            body = self.rfile.read(length - 16)
            if operation == OP_MSG:
                said = b"\0\0\0\0\0" + encode(answer(decode(body[5:])))
                self.send(OP_MSG, request, said)
            elif operation == OP_QUERY:  # the first greeting of clients that do not know the server yet
                self.send(OP_REPLY, request, struct.pack("<iqii", 8, 0, 0, 1) + encode(GREETING))

    def send(self, operation: int, request: int, body: bytes) -> None:
        self.wfile.write(struct.pack("<iiii", 16 + len(body), 0, request, operation) + body)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    with Server(("127.0.0.1", 0), Connection) as server:
        print(f"serving mongodb://127.0.0.1:{server.server_address[1]}")
        server.serve_forever()
