"""Sends every line back that comes over TCP."""

import socketserver


class Echo(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        for line in self.rfile:
            self.wfile.write(line)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


if __name__ == "__main__":
    with Server(("127.0.0.1", 0), Echo) as server:
        print(f"serving {server.server_address[0]}:{server.server_address[1]}")
        server.serve_forever()
