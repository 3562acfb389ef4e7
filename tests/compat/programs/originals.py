"""Prints, as JSON, the dotted names of all that the native roads of both clients bypass."""

import json

import rlocust

rlocust.install()
from locust.clients import ORIGINALS
from locust.contrib import fasthttp


def dotted(owner, attribute):
    module = getattr(owner, "__module__", owner.__name__)
    name = f"{module}.{owner.__qualname__}" if isinstance(owner, type) else owner.__name__
    for inside, outside in {
        "requests.sessions.": "requests.",
        "urllib3.connectionpool.": "urllib3.",
        "gevent._socket3": "socket",
    }.items():
        name = name.replace(inside, outside)
    return f"{name}.{attribute}"


print(json.dumps([dotted(owner, attribute) for owner, attribute in ORIGINALS + fasthttp.ORIGINALS]))
