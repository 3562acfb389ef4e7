"""The health check of the image: it asks the page of the rlocust it is told about, and no page where none is served."""

import importlib.util
import json
import subprocess
import sys
from types import ModuleType

import pytest

from tests.kit.places import ROOT
from tests.kit.ports import free_port
from tests.kit.targets import demo_server
from tests.kit.waiting import DEADLINE


@pytest.fixture(scope="module")
def healthcheck() -> ModuleType:
    spec = importlib.util.spec_from_file_location("healthcheck", ROOT / "deploy" / "healthcheck.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("arguments", "environment", "page"),
    [
        ("rlocust --master", {}, "http://127.0.0.1:8089/healthz"),
        ("rlocust", {"LOCUST_WEB_PORT": "80"}, "http://127.0.0.1:80/healthz"),
        ("rlocust -P 81 --web-host=10.0.0.1", {"LOCUST_WEB_PORT": "80"}, "http://10.0.0.1:81/healthz"),
        ("rlocust --web-port=82", {"LOCUST_WEB_HOST": "*"}, "http://127.0.0.1:82/healthz"),
        ("rlocust", {"LOCUST_WEB_BASE_PATH": "/load"}, "http://127.0.0.1:8089/load/healthz"),
        ("rlocust --tls-cert a --tls-key b", {}, "https://127.0.0.1:8089/healthz"),
        ("rlocust --worker", {}, None),
        ("rlocust --headless", {}, None),
        ("rlocust", {"LOCUST_HEADLESS": "true"}, None),
        ("rlocust", {"LOCUST_HEADLESS": "false"}, "http://127.0.0.1:8089/healthz"),
        ("rlocust", {"LOCUST_MODE_WORKER": "1"}, None),
    ],
)
def test_the_page_that_is_asked(
    healthcheck: ModuleType, arguments: str, environment: dict[str, str], page: str | None
) -> None:
    assert healthcheck.address(arguments.split(), environment) == page


def test_a_page_that_answers_is_well_and_silence_is_not() -> None:
    with demo_server() as target:
        pages = {target.url + "/": True, target.url + "/status/401": True, target.url + "/status/500": False}
        pages[f"http://127.0.0.1:{free_port()}/"] = False
        # In a process of its own: a client imports ssl, which in this one gevent may still have to patch.
        code = "import json, sys, healthcheck\n"
        code += f"print(json.dumps([healthcheck.answers(url, {DEADLINE}) for url in sys.argv[1:]]))"
        said = subprocess.run(
            [sys.executable, "-c", code, *pages], cwd=ROOT / "deploy", capture_output=True, text=True, check=True
        )
    assert json.loads(said.stdout) == list(pages.values())
