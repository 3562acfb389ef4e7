"""Servers by OpenSSL, one for each named kind of TLS, in one process. Prints their ports as one line of JSON.

    python tls_server.py FOLDER KIND…

Each answers with what it has seen: version of TLS, handshakes, resumed and refused ones, and the client's name.
"""

import json
import socket
import ssl
import sys
import threading
from pathlib import Path


def context(kind: str, folder: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / ("p521.pem" if kind == "p521" else "rsa.pem"))
    if kind == "tls11":
        made.set_ciphers("ALL:@SECLEVEL=0")
        made.minimum_version = made.maximum_version = ssl.TLSVersion.TLSv1_1
    if kind in ("rsakex", "dhe", "wants_client"):
        made.maximum_version = ssl.TLSVersion.TLSv1_2
    if kind == "rsakex":
        made.set_ciphers("AES128-GCM-SHA256")
    if kind == "dhe":
        made.set_ciphers("DHE-RSA-AES128-GCM-SHA256")
        made.load_dh_params(folder / "dh.pem")
    if kind.startswith("wants_client"):
        made.load_verify_locations(folder / "ca.pem")
        made.verify_mode = ssl.CERT_REQUIRED
    return made


class Server:
    def __init__(self, kind: str, folder: Path) -> None:
        self.context = context(kind, folder)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.handshakes = self.resumed = self.refused = 0

    def accept(self) -> None:
        while True:
            plain, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(plain,), daemon=True).start()

    def serve(self, plain: socket.socket) -> None:
        try:
            stream = self.context.wrap_socket(plain, server_side=True)
        except OSError:
            self.refused += 1
            plain.close()
            return
        self.handshakes += 1
        self.resumed += bool(stream.session_reused)
        lines = stream.makefile("rb")
        while path := self.next_path(lines):
            if path.startswith(b"/to/"):  # to another server: /to/PORT
                where = b"https://localhost:" + path.split(b"/")[2]
                stream.sendall(b"HTTP/1.1 302 Found\r\nLocation: %s/\r\nContent-Length: 0\r\n\r\n" % where)
                continue
            if path == b"/echo":
                stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(self.body), self.body))
                continue
            self.answer(stream, path == b"/close")
            if path == b"/close":
                break
        stream.close()

    def next_path(self, lines) -> bytes:
        first = lines.readline()
        length = 0
        while (line := lines.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        self.body = lines.read(length)
        return first.split()[1] if first else b""

    def answer(self, stream: ssl.SSLSocket, last: bool) -> None:
        shown = stream.getpeercert() or {}
        seen = {
            "tls": stream.version(),
            "handshakes": self.handshakes,
            "resumed": self.resumed,
            "refused": self.refused,
            "client": [value for part in shown.get("subject", ()) for _, value in part],
        }
        body = json.dumps(seen).encode()
        ending = b"Connection: close\r\n" if last else b""
        stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n%s" % (len(body), ending, body))


servers = {kind: Server(kind, Path(sys.argv[1])) for kind in sys.argv[2:]}
print(json.dumps({kind: server.port for kind, server in servers.items()}), flush=True)
for server in servers.values():
    threading.Thread(target=server.accept, daemon=True).start()
threading.Event().wait()
