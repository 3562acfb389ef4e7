"""Packages that an extra brings: whoever lacks one is told which, and the plain install brings none of them."""

import re
import tomllib
from pathlib import Path

import pytest

from rlocust._extras import EXTRAS
from tests.kit.places import ROOT
from tests.kit.tools import LOCUST_PYTHON, RLOCUST, run

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WITHOUT = "import sys\nsys.modules[{missing!r}] = None\n"


def said(folder: Path, text: str) -> str:
    (folder / "locustfile.py").write_text(text)
    done = run(RLOCUST, "--headless", cwd=folder)
    assert done.exit_code == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("missing", "line", "extra"),
    [
        ("zmq", "import zmq.green", "locust"),
        ("flask", "from flask import request", "locust"),
        ("paho", "from locust.contrib.mqtt import MqttUser", "mqtt"),
        ("dns", "from locust.contrib.dns import DNSUser", "dns"),
        ("openai", "import locust.contrib.oai", "oai"),
    ],
)
def test_a_package_that_an_extra_brings_is_named(tmp_path: Path, missing: str, line: str, extra: str) -> None:
    lines = said(tmp_path, WITHOUT.format(missing=missing) + line).splitlines()
    assert any(text.startswith("ModuleNotFoundError") for text in lines), "the author's own error comes first"
    assert [text for text in lines if "hint" in text] == [f'hint: pip install "rlocust[{extra}]"']


def test_any_other_package_is_not(tmp_path: Path) -> None:
    assert "hint" not in said(tmp_path, "import no_such_package")


def test_test_functions_without_pytest(tmp_path: Path) -> None:
    text = WITHOUT.format(missing="pytest") + "def test_front_page(session):\n    session.get('/')\n"
    assert 'hint: pip install "rlocust[locust]"' in said(tmp_path, text)
    assert "No User class found!" in said(tmp_path, WITHOUT.format(missing="pytest"))


def test_every_hint_names_an_extra_that_exists() -> None:
    files = [*ROOT.glob("python/rlocust/**/*.py"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("locustfiles/**/*.py")]
    written = {name for file in files for name in re.findall(r"rlocust\[(\w+)\]", file.read_text())}
    assert {*EXTRAS.values(), *written} <= set(PROJECT["optional-dependencies"])


def test_the_extra_locust_has_what_locust_requires_with_its_bounds() -> None:
    metadata = next(LOCUST_PYTHON.parent.parent.glob("lib/*/site-packages/locust-2.47.0.dist-info/METADATA"), None)
    if metadata is None:
        pytest.skip("no real Locust here: `make setup`")
    theirs = re.findall(r"^Requires-Dist: (.+)$", metadata.read_text(), re.M)
    needed = {normal(line) for line in theirs if "extra ==" not in line and "win32" not in line}
    assert {normal(line) for line in PROJECT["optional-dependencies"]["locust"]} == needed


def test_the_plain_install_brings_none_of_them() -> None:
    names = {re.split(r"[^\w-]", line)[0].lower() for line in PROJECT["dependencies"]}
    assert not names & {"pytest", "dnspython", "paho-mqtt", "psycopg", "pymongo", "openai"}


def normal(requirement: str) -> tuple[str, frozenset[str]]:
    bare, _, marker = requirement.replace('"', "'").partition(";")
    name, bounds = re.match(r"([\w.-]+(?:\[\w+\])?)(.*)", bare.strip()).groups()  # type: ignore[union-attr]
    return name.lower(), frozenset([*bounds.replace(" ", "").split(","), marker.strip()])
