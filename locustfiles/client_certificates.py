"""Client certificates: users who show the server who they are, once for the whole session or call by call.

The folder named by `CERTIFICATES` holds `client.pem` (the certificate), `client.key` and `ca.pem` (whom to trust):

CERTIFICATES=/etc/shop rlocust -f client_certificates.py --headless -u 5 -r 5 -t 10s -H https://shop.example
"""

import os
from pathlib import Path

from locust import HttpUser, constant, task

FOLDER = Path(os.environ["CERTIFICATES"])


class KnownVisitor(HttpUser):
    wait_time = constant(0.1)

    def on_start(self):
        self.client.cert = (str(FOLDER / "client.pem"), str(FOLDER / "client.key"))
        self.client.verify = str(FOLDER / "ca.pem")

    @task
    def visit(self):
        self.client.get("/session")


class SometimesKnown(HttpUser):
    wait_time = constant(0.1)

    @task
    def visit(self):
        # certificate and key may also stand in one file
        one_file = str(FOLDER / "client.pem")
        self.client.get("/call", cert=one_file, verify=str(FOLDER / "ca.pem"))
