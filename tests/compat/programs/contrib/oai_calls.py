"""OpenAIUser against a server in a greenlet: an answer, a name of its own, an error of the server."""

import json
import os
import sys

from gevent.pywsgi import WSGIServer

from tests.compat.programs.contrib.shown import environment, show


def answer(environ, start):
    if environ["PATH_INFO"].endswith("/garbage"):
        start("200 OK", [("Content-Type", "application/json")])
        return [b"<html>"]
    status = "404 Not Found" if environ["PATH_INFO"].endswith("/missing") else "200 OK"
    start(status, [("Content-Type", "application/json")])
    said = {
        "id": "1",
        "object": "response",
        "created_at": 1,
        "model": "m",
        "output": [],
        "usage": {"output_tokens": 42},
    }
    return [json.dumps(said).encode()]


server = WSGIServer(("127.0.0.1", 0), answer, log=None)
server.start()
os.environ |= {"OPENAI_API_KEY": "key", "OPENAI_BASE_URL": f"http://127.0.0.1:{server.server_port}/v1"}

from locust.contrib.oai import OpenAIUser


class Writer(OpenAIUser):
    pass


client = Writer(environment()).client
print(client.responses.create(model="m", input="Hello").id)
show("an answer", 1)
with client.rename_request("greeting"):
    client.responses.create(model="m", input="Hello")
show("a name of its own", 1)
try:
    client.responses.retrieve("missing")
except Exception as error:
    print(type(error).__name__)
show("an error", 1)
if "--ours" in sys.argv:  # under Locust nothing is reported
    try:
        client.responses.retrieve("garbage")
    except Exception as error:
        print(type(error).__name__)
    show("no JSON", 1)
