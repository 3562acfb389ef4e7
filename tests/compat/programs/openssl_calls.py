"""Makes each call twice to a server that only OpenSSL can speak to, and prints what came of them as JSON.

    python openssl_calls.py URL [--ours]

The first call of a user finds the server out, the second one knows it. The server sends bodies back.
"""

import io
import json
import sys
import warnings

if "--ours" in sys.argv:
    import rlocust

    rlocust.install()

from locust.env import Environment

from locust import FastHttpUser, HttpUser, task

warnings.simplefilter("ignore")
URL = sys.argv[1]
environment = Environment(user_classes=[])
environment.create_local_runner()
contexts = []


@environment.events.request.add_listener
def note(context, **_):
    contexts.append(context)


def client_of(base):
    asked = []

    def context(self):
        asked.append(True)
        return {"asked": len(asked)}

    return type("User", (base,), {"host": URL, "task": task(lambda user: None), "context": context})(environment).client


def file(text, position=0):
    made = io.BytesIO(text)
    made.name = "folder/named.txt"
    made.seek(position)
    return made


class Source:
    """Something to be read once."""

    def __init__(self, text):
        self.rest = text

    def read(self):
        text, self.rest = self.rest, b""
        return text


def uploads():
    same = file(b"read once")
    yield "a dict", {"f": file(b"alpha"), "g": "text", "h": b"bytes"}
    yield "one name twice", [("f", file(b"alpha")), ("f", file(b"beta"))]
    yield "from the middle", {"f": file(b"HEADER and content", 7)}
    yield "cannot seek", {"f": Source(b"gone")}
    yield "a tuple", {"f": ("a.txt", file(b"alpha", 2), "text/plain", {"X-A": "b"}), "g": ["b.txt", b"bytes"]}
    yield "one file twice", [("f", same), ("g", same)]
    yield "pairs made on the way", (pair for pair in [("f", file(b"alpha")), ("g", file(b"beta"))])


for base in (HttpUser, FastHttpUser):
    client = client_of(base)
    for _ in range(2):
        contexts.clear()
        client.get("/", context={"own": 1}, **({"verify": False} if base is HttpUser else {}))
        print(json.dumps([base.__name__, contexts]))

for number in range(2):
    client = client_of(HttpUser)
    if number:
        client.get("/", verify=False)
    for what, files in uploads():
        response = (client if number else client_of(HttpUser)).post("/echo", files=files, verify=False)
        boundary = response.request.headers["Content-Type"].rpartition("=")[2]
        print(json.dumps([what, response.status_code, response.text.replace(boundary, "BOUNDARY")]))
