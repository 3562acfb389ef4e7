"""A suite that replaces `HTTPAdapter.send` by a function of its own. Usage: `patched_adapter.py HOST`."""

import sys

from locust.env import Environment
from requests.adapters import HTTPAdapter

from locust import HttpUser

made = HTTPAdapter.send


def send(self, request, **keywords):
    print(request.method, request.path_url, sorted(keywords))
    return made(self, request, **keywords)


HTTPAdapter.send = send
environment = Environment()
client = type("Caller", (HttpUser,), {"abstract": True, "host": sys.argv[1]})(environment).client
print(client.get("/text").status_code, client.post("/echo", data="x", timeout=30).text)
