"""The API does what its description says: schemathesis reads `/api/v1/openapi.json` of a live server and sends what is
described, at its edges and beyond them. The stream, which has no end, is asked in the engine's tests.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.page import Page, page
from tests.kit.places import LOCUSTFILES, ROOT
from tests.kit.tools import RLOCUST

SCHEMATHESIS = ROOT / ".venv-api" / "bin" / "schemathesis"
pytestmark = pytest.mark.skipif(not SCHEMATHESIS.exists(), reason="`make setup` makes .venv-api")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("described")
    with page(RLOCUST, LOCUSTFILES / "web" / "described.py", "--history", str(folder / "runs"), cwd=folder) as there:
        yield there


def ask_as_described(there: Page, folder: Path, *how: str) -> None:
    """Everything that schemathesis checks: no 5xx, only the statuses and types that are named, nothing wrong accepted,
    nothing right refused."""
    address = f"http://127.0.0.1:{there.port}/api/v1/openapi.json"
    quiet = ["--no-color", "--exclude-path", "/api/v1/stream", "--request-timeout", "60", "--continue-on-failure"]
    untimed = ["--suppress-health-check", "too_slow"]  # how long it takes to make an example
    command = [str(SCHEMATHESIS), "run", address, *quiet, *untimed, *how]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr + there.process.said
    assert there.get("/healthz").status == 200


def test_the_api_does_what_its_description_says(there: Page, tmp_path: Path) -> None:
    ask_as_described(there, tmp_path, "--phases", "coverage,fuzzing", "-n", "3", "--seed", "1")


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_the_api_does_what_its_description_says_at_length(there: Page, tmp_path: Path) -> None:
    ask_as_described(there, tmp_path, "-n", "200", "--seed", "2")
