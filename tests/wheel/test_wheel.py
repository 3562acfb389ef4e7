"""The wheel as strangers get it: into an empty environment of each Python, alone and beside the real Locust."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.kit.places import ROOT
from tests.kit.runs import Goal, until_goal
from tests.kit.waiting import DEADLINE

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


def run(*command: str | Path, cwd: Path, code: int = 0, env: Mapping[str, str] | None = None) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    variables = clean | dict(env or {})
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
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
        process.communicate(timeout=DEADLINE)


@dataclass
class Environments:
    """Virtual environments that the tests share, by version: with the wheel alone until real Locust comes into it."""

    wheel: Path
    folder: Path
    made: dict[str, Path] = field(default_factory=dict)

    def alone(self, version: str) -> Path:
        if version not in self.made:
            python, folder = interpreter(version), Path(tempfile.mkdtemp(dir=self.folder))
            run(python, "-m", "venv", folder / "venv", cwd=folder)
            self.made[version] = folder / "venv" / "bin"
            self._install(self.made[version], self.wheel)
        return self.made[version]

    def beside_locust(self, version: str) -> Path:
        binaries = self.alone(version)
        del self.made[version]
        self._install(binaries, "locust==2.47.0")
        return binaries

    def _install(self, binaries: Path, package: str | Path) -> None:
        run(binaries / "pip", "install", "--quiet", "--disable-pip-version-check", package, cwd=self.folder)


@pytest.fixture(scope="session")
def environments(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environments:
    return Environments(wheel, tmp_path_factory.mktemp("environments"))


def address_of_demo(binaries: Path, folder: Path, started: list[subprocess.Popen[str]]) -> str:
    process = subprocess.Popen(
        [binaries / "rlocust", "demo", "--port", "0"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    started.append(process)
    assert process.stdout is not None
    address = re.search(r"http://[\d.]+:\d+", process.stdout.readline())
    assert address, "the demo server says its address on its first line"
    return address[0]


def quick_start(program: Path, folder: Path, host: str) -> str:
    """What it says until it has made thirty requests."""
    options = ["--headless", "-u", "10", "-r", "10", "-H", host, "--only-summary"]
    words, variables = until_goal(Goal(samples=30), "-f", QUICKSTART, *options)
    return run(program, *words, cwd=folder, env=variables)


def requests_in(said: str) -> int:
    """The number of requests of the last Aggregated row before the percentiles."""
    return int(re.findall(r"Aggregated\s+(\d+)\s+0\(0\.00%\)", said)[-1])


@pytest.mark.parametrize("version", VERSIONS)
def test_the_quick_start_runs_from_an_empty_environment(
    version: str, environments: Environments, tmp_path: Path, demo: list[subprocess.Popen[str]]
) -> None:
    binaries = environments.alone(version)
    said = quick_start(binaries / "rlocust", tmp_path, address_of_demo(binaries, tmp_path, demo))
    assert requests_in(said) >= 30, said
    python = binaries / "python"
    assert run(python, "-c", "import locust; print(locust.__version__)", cwd=tmp_path).strip() == "2.47.0"
    assert "No module named 'pytest'" in run(python, "-c", "import pytest", cwd=tmp_path, code=1)
    run(binaries / "pip", "check", cwd=tmp_path)


@pytest.mark.parametrize(
    "version", [VERSIONS[0], *(pytest.param(version, marks=pytest.mark.nightly) for version in VERSIONS[1:])]
)
def test_real_locust_in_the_same_environment_does_not_disturb_and_is_not_disturbed(
    version: str, environments: Environments, tmp_path: Path, demo: list[subprocess.Popen[str]]
) -> None:
    binaries = environments.beside_locust(version)
    host = address_of_demo(binaries, tmp_path, demo)
    assert requests_in(quick_start(binaries / "rlocust", tmp_path, host)) >= 30

    python = binaries / "python"
    real = run(python, "-c", "import locust; print(locust.__file__)", cwd=tmp_path)
    assert real.strip().endswith(os.path.join("locust", "__init__.py")), (
        "the real package wins over the one-file module"
    )
    assert requests_in(quick_start(binaries / "locust", tmp_path, host)) >= 30
    run(binaries / "pip", "check", cwd=tmp_path)
