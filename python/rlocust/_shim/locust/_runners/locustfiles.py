"""`-f -`: a worker asks the master for the locustfiles, the master reads them from disk at that moment."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from .._version import version
from ..util.directory import get_abspaths_in
from ..util.url import is_url

if TYPE_CHECKING:
    from ..env import Environment
    from ..rpc import Message

logger = logging.getLogger("locust.runners")

_WHAT_CAN_TRAVEL = (
    "locustfile must be a full path to a single locustfile, a comma-separated list of .py files, "
    "or a URL for file distribution to work"
)


def answer_to_request(environment: Environment, msg: Message) -> dict[str, Any]:
    """The files by name and contents, an address as it is; or why not."""
    asking = msg.data["version"]
    if not asking:
        logger.error("A very old worker version requested locustfile. This probably won't work.")
    elif asking != version:
        logger.debug(
            f"A worker ({msg.node_id}) running a different version ({asking}) connected, master version is {version}"
        )
    logging.debug("Worker requested locust file")
    path = ""
    try:
        files: list[str | dict[str, str]] = []
        for path in _paths(environment.parsed_locustfiles or []):
            files.append(path if is_url(path) else _content_of(path))
    except (OSError, ValueError) as error:
        logger.error(f"{_WHAT_CAN_TRAVEL} {error}")
        return {"error": f"{_WHAT_CAN_TRAVEL} (was '{path}')"}
    if not files:
        return {"error": "the master was not started from a locustfile"}
    return {"locustfiles": files}


def _paths(named: list[str]) -> list[str]:
    paths: list[str] = []
    for path in named:
        paths += get_abspaths_in(path, extension=".py") if os.path.isdir(path) else [path.strip()]
    return paths


def _content_of(path: str) -> dict[str, str]:
    with open(path, encoding="utf-8") as file:
        return {"filename": os.path.basename(path), "contents": file.read()}
