"""Raw sockets: a line is sent over TCP, and the same line comes back.

rlocust -f raw_socket.py --headless -u 10 -r 10 -t 10s -H 127.0.0.1:7000
"""

import socket

from locust import User, constant, task


class EchoUser(User):
    wait_time = constant(0.05)

    def on_start(self):
        host, _, port = self.host.partition(":")
        with self.environment.events.request.measure("tcp", "connect"):
            self.socket = socket.create_connection((host, int(port)), timeout=10)
        self.lines = self.socket.makefile("rb")

    def on_stop(self):
        self.socket.close()

    @task
    def echo(self):
        with self.environment.events.request.measure("tcp", "echo") as report:
            self.socket.sendall(b"hello\n")
            answer = self.lines.readline()
            report["response_length"] = len(answer)
            assert answer == b"hello\n", answer
