"""Every name that suites import stands where Locust has it: same kind, ancestors, parameters, members.

docs/contract/python-api.md §1. The expectations are read off real Locust: `names/describe.py > names/record.json`, run
by its Python. Names whose part has not landed must import all the same, and say so in one sentence when they are used.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.kit.surroundings import surroundings
from tests.kit.tools import LOCUST_PYTHON
from tests.kit.waiting import DEADLINE

NAMES = Path(__file__).parent / "names"
RECORD: dict[str, Any] = json.loads((NAMES / "record.json").read_text())

# Different on purpose, or not yet the same: what differs, and why that is bearable.
KNOWN = {
    "locust.clients.HttpSession": (
        {"ancestors", "members"},
        "both sessions share a base class for names",
    ),
    "locust.contrib.fasthttp.FastHttpSession": ({"ancestors", "members"}, "the same"),
    "locust.contrib.fasthttp.FastResponse": ({"members"}, "`headers` is there on each answer, not on the class"),
    "locust.contrib.fasthttp.ResponseContextManager": ({"members"}, "`headers` the same"),
    "locust.contrib.fasthttp.RestResponseContextManager": ({"members"}, "`headers` the same"),
    "locust.rpc.zmqrpc.BaseSocket": ({"signature", "members"}, "the sockets are native, and sending never fails"),
    "locust.rpc.zmqrpc.Client": ({"signature", "members"}, "the same; a runner may own it"),
    "locust.rpc.zmqrpc.Server": ({"signature", "members"}, "the same"),
    "locust.web.WebUI": ({"members"}, "`app` is made when it is asked for"),
    "locust.stats.RequestStats": ({"metaclass"}, "it notices when a suite patches a method"),
    "locust.stats.StatsEntry": ({"metaclass"}, "the same"),
    "locust.stats.StatsError": ({"metaclass"}, "the same"),
}


def expected() -> dict[str, Any]:
    """By full name."""
    listed: dict[str, Any] = {}
    for line in (NAMES / "list.txt").read_text().splitlines():
        module, _, names = line.partition(": ")
        described = RECORD["names"][module]
        listed |= {f"{module}.{name}": described.get(name) for name in names.split()}
    return listed


@cache
def ours() -> dict[str, Any]:
    said = describe(sys.executable, "--ours")
    return {f"{module}.{name}": each for module, names in said["names"].items() for name, each in names.items()} | {
        "same": said["same"]
    }


def describe(python: str, *options: str) -> Any:
    command = [python, str(NAMES / "describe.py"), *options]
    environment = os.environ | surroundings() if options else surroundings() | {"PYTHONPATH": ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=2 * DEADLINE)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def cannot_be_imported(described: dict[str, Any], module: str) -> str | None:
    """Why not, of a module for users of another protocol whose library is missing here."""
    nothing = described.get(f"{module}.cannot be imported")
    return nothing["kind"] if nothing and module.startswith("locust.contrib.") else None


def differences(name: str) -> set[str]:
    """Members that are ours alone do no harm."""
    theirs, our = expected()[name], ours()[name]
    differ = {key for key in set(theirs) - {"members"} if our.get(key) != theirs[key]}
    if "members" in theirs and any(our["members"].get(each) != what for each, what in theirs["members"].items()):
        differ.add("members")
    return differ


@pytest.mark.parametrize("name", sorted(expected()))
def test_a_name_is_as_locust_has_it(name: str) -> None:
    """docs/contract/python-api.md §1: kind, ancestors, parameters and their defaults, members, values of constants."""
    if why := cannot_be_imported(ours(), name.rpartition(".")[0]):
        pytest.skip(f"{why}: `make protocols` installs it")
    assert ours().get(name) is not None, "cannot be imported"
    assert differences(name) == KNOWN.get(name, (set(), ""))[0]


def test_what_is_one_object_in_locust_is_one_object_here() -> None:
    """`locust.User is locust.user.users.User`, and so on: `isinstance` holds whichever way a suite imports."""
    missing = [line for line in RECORD["same"] if line not in ours()["same"]]
    assert missing == []


@pytest.mark.oracle
def test_the_record_is_what_real_locust_says() -> None:
    if not LOCUST_PYTHON.exists():
        pytest.skip("no real Locust here: set LOCUST_PYTHON or run `make setup`")
    said = describe(str(LOCUST_PYTHON))
    assert said["same"] == RECORD["same"]
    for module, names in said["names"].items():
        if not (module.startswith("locust.contrib.") and "cannot be imported" in names):  # its library is not there
            assert names == RECORD["names"][module], module


def score() -> str:
    """For the end of `make compat`."""
    names = expected()
    good = [name for name in names if ours().get(name) is not None]
    return f"{len(good)} of {len(names)} ({len(KNOWN)} differ in a listed way)"
