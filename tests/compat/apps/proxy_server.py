"""A proxy that shows what it was sent: HTTP with whole URLs, `CONNECT`, SOCKS5. Prints its port, then a line of JSON
for each thing it is asked. Whole URLs it answers itself: one with `loop` redirects to one without, one with `feed` is a
stream of one event.

    python proxy_server.py
"""

import json
import select
import socket
import threading


def show(what: str, value: bytes) -> None:
    print(json.dumps([what, value.decode("latin-1")]), flush=True)


def exactly(client: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        more = client.recv(count - len(got))
        if not more:
            raise OSError("the client has gone")
        got += more
    return got


def head(client: socket.socket) -> bytes:
    got = b""
    while not got.endswith(b"\r\n\r\n"):
        got += exactly(client, 1)
    return got


def join(one: socket.socket, other: socket.socket) -> None:
    ends = {one: other, other: one}
    while True:
        for ready in select.select(list(ends), [], [])[0]:
            data = ready.recv(65536)
            if not data:
                return
            ends[ready].sendall(data)


def socks(client: socket.socket) -> None:
    methods = exactly(client, exactly(client, 2)[1])
    show("methods", methods)
    if 2 in methods:
        client.sendall(b"\x05\x02")
        user = exactly(client, exactly(client, 2)[1])
        show("credentials", user + b":" + exactly(client, exactly(client, 1)[0]))
        if user == b"stranger":
            client.sendall(b"\x01\x01")
            return
        client.sendall(b"\x01\x00")
    else:
        client.sendall(b"\x05\x00")
    kind = exactly(client, 4)[3]
    address = exactly(client, 4 if kind == 1 else exactly(client, 1)[0])
    port = int.from_bytes(exactly(client, 2), "big")
    host = socket.inet_ntoa(address) if kind == 1 else address.decode()
    show("socks", host.encode())
    if host == "forbidden":
        client.sendall(b"\x05\x02\x00\x01" + bytes(6))
        return
    with socket.create_connection((host, port)) as server:
        client.sendall(b"\x05\x00\x00\x01" + bytes(6))
        join(client, server)


def http(client: socket.socket) -> None:
    while True:
        asked = head(client)
        show("http", asked)
        method, target, _ = asked.split(b"\r\n")[0].split()
        length = [line for line in asked.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        exactly(client, int(length[0].split(b":")[1]) if length else 0)
        if method == b"CONNECT":
            host, _, port = target.rpartition(b":")
            if host == b"forbidden":
                client.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
                return
            with socket.create_connection((host.decode(), int(port))) as server:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                join(client, server)
            return
        if b"loop" in target:
            where = target.replace(b"loop", b"end")
            client.sendall(b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % where)
        elif b"feed" in target:
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: proxied\n\n")
            return
        else:
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied")


def serve(client: socket.socket) -> None:
    with client:
        try:
            (socks if client.recv(1, socket.MSG_PEEK) == b"\x05" else http)(client)
        except OSError:
            pass


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
