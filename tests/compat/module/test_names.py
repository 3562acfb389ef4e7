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

from tests.kit.programs import run_program
from tests.kit.surroundings import surroundings
from tests.kit.tools import LOCUST_PYTHON

NAMES = Path(__file__).parent / "names"
RECORD: dict[str, Any] = json.loads((NAMES / "record.json").read_text())

# What has not landed yet, by name, with a use of it.
NOT_LANDED = {
    "locust.web.WebUI": "locust.web.WebUI(None, '', 0)",
    "locust.html.get_html_report": "locust.html.get_html_report(None)",
    "locust.html.process_html_filename": "locust.html.process_html_filename(None)",
    "locust.html.render_template_from": "locust.html.render_template_from('report.html')",
    "locust.runners.DistributedRunner": "locust.runners.DistributedRunner(None)",
    "locust.runners.MasterRunner": "locust.env.Environment().create_master_runner()",
    "locust.runners.WorkerRunner": "locust.env.Environment().create_worker_runner('127.0.0.1', 5557)",
    "locust.rpc.zmqrpc.BaseSocket": "locust.rpc.rpc.BaseSocket(1, False)",
    "locust.rpc.zmqrpc.Server": "locust.rpc.rpc.Server('127.0.0.1', 5557)",
    "locust.rpc.zmqrpc.Client": "locust.rpc.rpc.Client('127.0.0.1', 5557, 'me')",
    "locust.contrib.mqtt.MqttUser": "locust.contrib.mqtt.MqttUser(None)",
    "locust.contrib.mqtt.MqttClient": "locust.contrib.mqtt.MqttClient()",
    "locust.contrib.socketio.SocketIOUser": "locust.contrib.socketio.SocketIOUser(None)",
    "locust.contrib.socketio.SocketIOClient": "locust.contrib.socketio.SocketIOClient(None)",
    "locust.contrib.dns.DNSUser": "locust.contrib.dns.DNSUser(None)",
    "locust.contrib.mongodb.MongoDBUser": "locust.contrib.mongodb.MongoDBUser(None)",
    "locust.contrib.postgres.PostgresUser": "locust.contrib.postgres.PostgresUser(None)",
    "locust.contrib.milvus.MilvusUser": "locust.contrib.milvus.MilvusUser(None)",
    "locust.contrib.qdrant.QdrantUser": "locust.contrib.qdrant.QdrantUser(None)",
    "locust.contrib.oai.OpenAIUser": "locust.contrib.oai.OpenAIUser(None)",
}

# Different on purpose, or not yet the same: what differs, and why that is bearable.
KNOWN = {
    "locust.html.render_template_from": ({"signature"}, "the default is the folder of Locust's own pages"),
    "locust.clients.HttpSession": (
        {"ancestors", "members"},
        "both sessions share a base class for names",
    ),
    "locust.contrib.fasthttp.FastHttpSession": ({"ancestors", "members"}, "the same"),
    "locust.contrib.fasthttp.FastResponse": ({"members"}, "`headers` is there on each answer, not on the class"),
    "locust.contrib.fasthttp.ResponseContextManager": ({"members"}, "`headers` the same"),
    "locust.contrib.fasthttp.RestResponseContextManager": ({"members"}, "`headers` the same"),
    "locust.stats.RequestStats": ({"metaclass"}, "it notices when a suite patches a method"),
    "locust.stats.StatsEntry": ({"metaclass"}, "the same"),
    "locust.stats.StatsError": ({"metaclass"}, "the same"),
}


def expected() -> dict[str, Any]:
    """By full name. What real Locust could not import for want of a library has no description."""
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
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def differences(name: str) -> set[str]:
    """Members that are ours alone do no harm; of what has not landed, only the way to make it counts."""
    theirs, our = expected()[name], ours()[name]
    if theirs is None:
        return set()
    keys = {"kind", "signature"} if name in NOT_LANDED else set(theirs)
    if name in NOT_LANDED and our["kind"] == "class" == theirs["kind"] and "socketio" in name:
        keys = {"kind"}  # its ancestors and parameters are those of a library that need not be there
    differ = {key for key in keys - {"members"} if our.get(key) != theirs[key]}
    if "members" in keys and any(our["members"].get(each) != what for each, what in theirs["members"].items()):
        differ.add("members")
    return differ


@pytest.mark.parametrize("name", sorted(expected()))
def test_a_name_is_as_locust_has_it(name: str) -> None:
    """docs/contract/python-api.md §1: kind, ancestors, parameters and their defaults, members, values of constants."""
    assert ours().get(name) is not None, "cannot be imported"
    assert differences(name) == KNOWN.get(name, (set(), ""))[0]


def test_what_is_one_object_in_locust_is_one_object_here() -> None:
    """`locust.User is locust.user.users.User`, and so on: `isinstance` holds whichever way a suite imports."""
    missing = [line for line in RECORD["same"] if line not in ours()["same"]]
    assert missing == []


@pytest.mark.parametrize("name", sorted(NOT_LANDED))
def test_what_has_not_landed_says_so(name: str) -> None:
    run_program(f"""
        import importlib
        import locust
        import locust.opentelemetry
        for module in ("mqtt", "socketio", "dns", "mongodb", "postgres", "milvus", "qdrant", "oai"):
            importlib.import_module("locust.contrib." + module)
        try:
            {NOT_LANDED[name]}
        except NotImplementedError as error:
            assert str(error).startswith("rlocust ") and "\\n" not in str(error), error
        else:
            raise AssertionError("it works: take it off the list")
    """)


def test_the_record_is_what_real_locust_says() -> None:
    if not LOCUST_PYTHON.exists():
        pytest.skip("no real Locust here: set LOCUST_PYTHON or run `make setup`")
    assert describe(str(LOCUST_PYTHON)) == RECORD


def score() -> str:
    """For the end of `make compat`."""
    names = expected()
    good = [name for name in names if name not in NOT_LANDED and ours().get(name) is not None]
    pending = sum(ours().get(name) is not None for name in NOT_LANDED)
    text = f"{len(good) + pending} of {len(names)}"
    return f"{text} ({pending} of them have not landed and say so; {len(KNOWN)} differ in a listed way)"
