"""`-f -`: the locustfiles of a worker come from its master, which it asks until it answers.
Not a module of Locust's.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from typing import Any, NoReturn
from uuid import uuid4

import gevent

from .. import runners
from .._runners.secret import refusal
from .._version import version
from ..rpc import Message, rpc

#: Seconds between two requests, to the first line about waiting, and between such lines.
_ASK_EVERY = 1
_FIRST_LINE_AFTER = 10
_LINE_EVERY = 60


def ask_master(host: str, port: int, secret: bytes | None = None) -> list[Any]:
    """What the master sent: addresses, and files with `filename` and `contents`."""
    client_id = f"{socket.gethostname()}_download_locustfile_{uuid4().hex}"
    # A plug-in's socket has no such word.
    client = rpc.Client(host, port, client_id, secret=secret) if secret else rpc.Client(host, port, client_id)
    client.on_notification = lambda kind, data, about: _was_refused(f"{host}:{port}", kind, about)
    helpers = [gevent.spawn(_ask, client, client_id), gevent.spawn(_say_that_we_wait)]
    patience = runners.CONNECT_TIMEOUT * runners.CONNECT_RETRY_COUNT
    try:
        with gevent.Timeout(patience, False):
            return _files_in(client.recv())
        _give_up(f"Got no locustfile response from master, gave up after {patience}s")
    finally:
        gevent.killall(helpers)
        client.close(linger=0)


def _ask(client: rpc.Client, client_id: str) -> None:
    while True:
        client.send(Message("locustfile", {"version": version}, client_id))
        gevent.sleep(_ASK_EVERY)


def _was_refused(where: str, kind: str, word: str) -> None:
    if kind == "refused":
        _give_up(refusal(where, word))


def _say_that_we_wait() -> None:
    gevent.sleep(_FIRST_LINE_AFTER)
    while True:
        print("Waiting to connect to master to receive locustfile...", file=sys.stderr)
        gevent.sleep(_LINE_EVERY)


def _files_in(msg: Message) -> list[Any]:
    if msg.type != "locustfile":
        _give_up(f"Got wrong message type from master {msg.type}")
    if "error" in msg.data:
        _give_up(f"Got error from master: {msg.data['error']}")
    return list(msg.data.get("locustfiles", []))


def save(files: list[Any]) -> list[str]:
    """Writes them into the folder for temporary files, where they stay; their paths, and addresses as they are."""
    folder = tempfile.gettempdir()
    return [file if isinstance(file, str) else _save_in(folder, file) for file in files]


def _save_in(folder: str, file: dict[str, str]) -> str:
    path = os.path.join(folder, os.path.basename(file["filename"]))
    with tempfile.NamedTemporaryFile("w", dir=folder, encoding="utf-8", delete=False) as written:
        written.write(file["contents"])
    os.replace(written.name, path)  # other workers of this machine import it meanwhile
    return path


def _give_up(text: str) -> NoReturn:
    print(text, file=sys.stderr)
    sys.exit(1)
