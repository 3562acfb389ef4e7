"""A server in the process of a program: it keeps the body of each request and answers what it is told to."""

from gevent.server import StreamServer


class JsonServer:
    """`received` is the last body; the next answer has `content_type` (None: no such header) and `answer`."""

    def __init__(self):
        self.received = None
        self.content_type = "application/json"
        self.answer = b"null"
        self._server = StreamServer(("127.0.0.1", 0), self._serve)
        self._server.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _serve(self, connection, _address):
        reader = connection.makefile("rb")
        while reader.readline().strip():
            length = 0
            while line := reader.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            self.received = reader.read(length)
            kind = b"" if self.content_type is None else b"Content-Type: %b\r\n" % self.content_type.encode()
            head = b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n" % (kind, len(self.answer))
            connection.sendall(head + self.answer)
