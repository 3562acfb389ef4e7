"""Answers every request with bytes that a seed makes (`hostile_answers.py`), and ends the connection in one of four
ways. Speaks HTTP/1.1 or HTTP/2, as it is spoken to. Prints its URL; the seed is its argument."""

import asyncio
import socket
import struct
import sys
from enum import Enum, auto
from random import Random

from tests.faults.hostile_answers import SETTINGS, answers, changed, conversations

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


class Ending(Enum):
    CLOSE = auto()
    RESET = auto()
    KEEP = auto()
    #: In pieces, then closed.
    PIECES = auto()


ENDINGS, WEIGHTS = list(Ending), (75, 8, 9, 8)
random = Random(int(sys.argv[1]))
ONE = changed(answers(), random)
TWO = changed(conversations(), random)


class Connection(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.heard = transport, b""

    def data_received(self, data: bytes) -> None:
        self.heard += data
        if self.heard.startswith(PREFACE[: len(self.heard)]):
            if len(self.heard) > len(PREFACE):
                self.heard = b""
                self.answer(SETTINGS + next(TWO))
        elif b"\r\n\r\n" in self.heard:
            self.heard = b""
            self.answer(next(ONE))

    def answer(self, said: bytes) -> None:
        [ending] = random.choices(ENDINGS, WEIGHTS)
        if ending is Ending.PIECES:
            cut = random.randrange(len(said) + 1)
            self.transport.write(said[:cut])
            asyncio.get_running_loop().call_later(0.002, self.end, said[cut:])
            return
        self.transport.write(said)
        if ending is Ending.RESET:
            linger = struct.pack("ii", 1, 0)
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.transport.abort()
        elif ending is Ending.CLOSE:
            self.transport.close()

    def end(self, said: bytes) -> None:
        self.transport.write(said)
        self.transport.close()


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0, backlog=1000)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    await server.serve_forever()


asyncio.run(main())
