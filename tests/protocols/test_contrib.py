"""The users of `locust.contrib`: what they report equals what Locust's report, against the same server.

PostgreSQL, mosquitto and python-socketio are real servers, and so is Qdrant's database in memory. Of MongoDB, OpenAI
and DNS there is a server of ours, at the border of the protocol; of Milvus a client that answers from here.
"""

import subprocess

import pytest

from tests.kit import records
from tests.kit.programs import both, ours
from tests.kit.tools import LOCUST, LOCUST_PYTHON
from tests.protocols import servers
from tests.protocols.servers import Missing

CASES = {
    "dns": (servers.nothing, ("dns",)),
    "milvus": (servers.nothing, ("pymilvus", "grpc")),
    "mongodb": (servers.mongo, ("pymongo",)),
    "mqtt": (servers.mosquitto, ("paho",)),
    "oai": (servers.nothing, ("openai",)),
    "postgres": (servers.postgres, ("psycopg",)),
    "qdrant": (servers.nothing, ("qdrant_client",)),
    "socketio": (servers.web_sockets, ("socketio", "websocket")),
}


#: Whose server takes seconds to set up.
SLOW = ("postgres",)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.nightly] if name in SLOW else []) for name in CASES]
)
def test_a_user_reports_what_locusts_reports(name: str) -> None:
    """docs/contract/python-api.md §1."""
    lines = under_either_tool(name)
    assert any(line.startswith("    ") for line in lines), "something was reported"


def under_either_tool(name: str, *options: str) -> list[str]:
    server, packages = CASES[name]
    try:
        servers.needs(*packages)
        with server() as address:
            program = f"contrib/{name}_calls.py"
            return (both if not options and is_compared(program, name) else ours)(program, address, *options)
    except Missing as why:
        pytest.skip(f"{why}: `make protocols` installs it")


@pytest.mark.parametrize(
    ("name", "title", "reported"),
    [
        ("mqtt", "Version5 connects", "    MQTT disconnect 0 bytes, 0 ms, None"),
        ("oai", "no JSON", "    GET /v1/responses/garbage 0 bytes, timed, None"),
    ],
)
def test_a_user_reports_what_locusts_does_not(name: str, title: str, reported: str) -> None:
    """docs/contract/differences.md, B: users of other protocols."""
    lines = under_either_tool(name, "--ours")
    assert any(line.startswith(reported) for line in lines[lines.index(title) :])


def is_compared(program: str, name: str) -> bool:
    """With a record, or where Locust runs: its environment need not have the library of each."""
    if not records.is_live():
        return (records.RECORDS / f"{records.name_of(program, ())}.json").exists()
    if not LOCUST.is_installed:
        return False
    command = [str(LOCUST_PYTHON), "-c", f"import os; os.environ['OPENAI_API_KEY'] = ''; import locust.contrib.{name}"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
