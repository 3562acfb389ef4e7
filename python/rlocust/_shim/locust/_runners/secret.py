"""`--master-secret`: what master and workers both know. Not a module of Locust's."""

from __future__ import annotations

import os
from argparse import Namespace
from functools import cache
from typing import TYPE_CHECKING

from .. import argument_parser

if TYPE_CHECKING:
    from .base import Runner

#: For a worker that is not let in, by the word of its node.
_REFUSALS = {
    "wanted": "it takes workers with its `--master-secret` only, and this one has none",
    "other": "its `--master-secret` is another one than this worker's",
    "unasked": "it has no `--master-secret`, and this worker asks for one",
}
_REMEDY = "\nhint: give all of them the same, by --master-secret-file or LOCUST_MASTER_SECRET"


def secret_of(options: Namespace | None) -> bytes | None:
    """From the option, or from the file of the other one; `ValueError` names what is wrong."""
    own = argument_parser.for_our_reading(options or Namespace())
    text: str | None = getattr(own, "master_secret", None)
    path: str | None = getattr(own, "master_secret_file", None)
    if text is not None and path is not None:
        raise ValueError("`--master-secret` and `--master-secret-file` are both given: leave one of them out")
    if path is not None:
        return _read(path)
    if text is None:
        return None
    if not text:
        raise ValueError("`--master-secret` is empty: give it a value, or leave it out")
    return os.fsencode(text)


@cache
def _read(path: str) -> bytes:
    """Once: it may be a pipe."""
    try:
        with open(path, "rb") as file:
            secret = file.read().rstrip(b"\r\n")
    except OSError as error:
        raise ValueError(f"`--master-secret-file`: cannot read `{path}`: {error.strerror}") from None
    if not secret:
        raise ValueError(f"`--master-secret-file`: `{path}` holds no secret")
    return secret


def check_secret(options: Namespace) -> None:
    """Ends the program with the line for a mistake on the command line."""
    try:
        secret_of(options)
    except ValueError as error:
        argument_parser.complain(str(error))


def secret_of_runner(runner: Runner | None) -> bytes | None:
    """A socket by itself has none."""
    return secret_of(runner.environment.parsed_options) if runner is not None else None


def refuse_other_socket(runner: Runner) -> None:
    """A socket of the suite's own knows no secret: to go on without would be worse than to end."""
    if secret_of_runner(runner) is not None:
        raise ValueError("`--master-secret` needs the sockets of `locust.rpc.rpc`, which the locustfile replaced")


def refusal(where: str, word: str) -> str:
    """Why a master does not let a worker in, and what helps."""
    return f"the master at {where} and this worker do not work together: {_REFUSALS[word]}{_REMEDY}"


def unanswered(where: str) -> str:
    """A master of Locust's says nothing to a worker with a secret, nor does one that is not there yet."""
    return f"nobody at {where} has shown yet to know the `--master-secret` of this worker; Locust's masters never do"
