"""Which extra of rlocust brings a package that is missing here: those that suites find installed with Locust, and those
of `locust.contrib`. `pyproject.toml` says what is in each.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

#: By the name under which a package is imported.
EXTRAS = {
    "bson": "mongodb",
    "dns": "dns",
    "engineio": "locust",
    "flask": "locust",
    "flask_cors": "locust",
    "flask_login": "locust",
    "grpc": "grpc",
    "jinja2": "locust",
    "msgpack": "locust",
    "openai": "oai",
    "paho": "mqtt",
    "psycopg": "postgres",
    "pymilvus": "milvus",
    "pymongo": "mongodb",
    "pytest": "locust",
    "qdrant_client": "qdrant",
    "socketio": "socketio",
    "typing_extensions": "locust",
    "websocket": "socketio",
    "werkzeug": "locust",
    "zmq": "locust",
}


def advice(error: ModuleNotFoundError) -> str | None:
    """What to do about a package that an extra brings; None for every other one."""
    extra = EXTRAS.get((error.name or "").split(".")[0])
    return f'pip install "rlocust[{extra}]"' if extra else None


@contextmanager
def hinted() -> Iterator[None]:
    """Around the imports of a module that is of use to some suites only: the traceback ends with the hint."""
    try:
        yield
    except ModuleNotFoundError as error:
        if text := advice(error):
            error.add_note(f"hint: {text}")
        raise
