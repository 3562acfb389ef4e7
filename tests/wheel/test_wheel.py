"""The wheel as strangers get it: into an empty environment of each Python, alone and beside the real Locust."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.places import ROOT

QUICKSTART = ROOT / "locustfiles" / "quickstart.py"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")

pytestmark = pytest.mark.timeout(600)  # pip downloads what the wheel needs


def interpreter(version: str) -> str:
    """A Python of that version which really runs: from the PATH, or one that pyenv keeps without offering it."""
    candidates = [f"python{version}", "python3", sys.executable]
    roots = [os.environ.get("PYENV_ROOT", ""), str(Path.home() / ".pyenv")]
    candidates += [str(path) for root in roots if root for path in Path(root).glob(f"versions/{version}.*/bin/python3")]
    for candidate in candidates:
        path = shutil.which(candidate)
        if path and version_of(path) == version:
            return path
    pytest.skip(f"no Python {version} on this machine")


def version_of(path: str) -> str:
    code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([path, "-c", code], capture_output=True, text=True, check=False).stdout.strip()


def run(*command: str | Path, cwd: Path, code: int = 0) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=clean, capture_output=True, text=True, check=False, timeout=400
    )
    said = done.stdout + done.stderr
    assert done.returncode == code, f"exit code {done.returncode} of {command[0]}:\n{said}"
    return said


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.terminate()
        process.communicate(timeout=20)


def environment(version: str, folder: Path, *packages: str | Path) -> Path:
    run(interpreter(version), "-m", "venv", folder / "venv", cwd=folder)
    binaries = folder / "venv" / "bin"
    run(binaries / "pip", "install", "--quiet", "--disable-pip-version-check", *packages, cwd=folder)
    return binaries


def address_of_demo(binaries: Path, folder: Path, started: list[subprocess.Popen[str]]) -> str:
    process = subprocess.Popen(
        [binaries / "rlocust", "demo", "--port", "0"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    started.append(process)
    assert process.stdout is not None
    address = re.search(r"http://[\d.]+:\d+", process.stdout.readline())
    assert address, "the demo server says its address on its first line"
    return address[0]


def quick_start(binaries: Path, folder: Path, host: str) -> str:
    options = ["--headless", "-u", "10", "-r", "10", "-t", "5s", "-H", host]
    return run(binaries / "rlocust", "-f", QUICKSTART, *options, cwd=folder)


def requests_in(said: str) -> int:
    """The number of requests of the last Aggregated row before the percentiles."""
    return int(re.findall(r"Aggregated\s+(\d+)\s+0\(0\.00%\)", said)[-1])


@pytest.mark.parametrize("version", VERSIONS)
def test_the_quick_start_runs_from_an_empty_environment(
    version: str, wheel: Path, tmp_path: Path, demo: list[subprocess.Popen[str]]
) -> None:
    binaries = environment(version, tmp_path, wheel)
    said = quick_start(binaries, tmp_path, address_of_demo(binaries, tmp_path, demo))
    assert requests_in(said) > 10, said
    python = binaries / "python"
    assert run(python, "-c", "import locust; print(locust.__version__)", cwd=tmp_path).strip() == "2.47.0"
    assert "No module named 'pytest'" in run(python, "-c", "import pytest", cwd=tmp_path, code=1)
    run(binaries / "pip", "check", cwd=tmp_path)


@pytest.mark.parametrize(
    "version", [VERSIONS[0], *(pytest.param(version, marks=pytest.mark.nightly) for version in VERSIONS[1:])]
)
def test_real_locust_in_the_same_environment_does_not_disturb_and_is_not_disturbed(
    version: str, wheel: Path, tmp_path: Path, demo: list[subprocess.Popen[str]]
) -> None:
    binaries = environment(version, tmp_path, wheel, "locust==2.47.0")
    host = address_of_demo(binaries, tmp_path, demo)
    assert requests_in(quick_start(binaries, tmp_path, host)) > 10

    python = binaries / "python"
    real = run(python, "-c", "import locust; print(locust.__file__)", cwd=tmp_path)
    assert real.strip().endswith(os.path.join("locust", "__init__.py")), (
        "the real package wins over the one-file module"
    )
    options = ["--headless", "-u", "1", "-t", "2s", "-H", host, "--only-summary"]
    assert requests_in(run(binaries / "locust", "-f", QUICKSTART, *options, cwd=tmp_path)) > 0
