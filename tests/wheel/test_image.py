"""The steps of `deploy/Dockerfile`, without Docker: in an empty folder that stands for the root of the image.

What needs the root of a real one, the account of its user, is seen to be asked for and left out. Everything else
happens: the wheel and what it needs are installed, files are copied, the entry point and its other name start.
"""

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.kit.places import ROOT
from tests.wheel.test_wheel import VERSIONS, interpreter

DOCKERFILE = ROOT / "deploy" / "Dockerfile"

pytestmark = pytest.mark.timeout(600)  # pip downloads what the wheel needs


def instructions() -> list[tuple[str, str]]:
    lines = [line for line in DOCKERFILE.read_text().splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


@dataclass
class Image:
    """A folder in the place of `/`, and what the instructions have set so far."""

    root: Path
    environment: dict[str, str]
    accounts: list[str] = field(default_factory=list)
    exec_forms: dict[str, list[str]] = field(default_factory=dict)

    def inside(self, text: str) -> str:
        return re.sub(r"(?<![\w/.])/(?=(opt|wheels)\b)", f"{self.root}/", text)

    def follow(self, word: str, rest: str) -> None:
        match word:
            case "ARG":
                name, _, value = rest.partition("=")
                self.environment.setdefault(name, value.strip('"'))
            case "ENV":
                for each in shlex.split(rest):
                    name, _, value = each.partition("=")
                    self.environment[name] = self.inside(value).replace("$PATH", self.environment["PATH"])
            case "COPY":
                self.copy(*rest.rsplit(" ", 2)[-2:], from_stage="--from=" in rest)
            case "RUN" if rest.startswith("useradd "):
                self.accounts.append(rest)
            case "RUN":
                done = subprocess.run(
                    self.inside(rest), shell=True, env=self.environment, capture_output=True, text=True, check=False
                )
                assert done.returncode == 0, f"RUN {rest}\n{done.stdout}{done.stderr}"
            case "ENTRYPOINT":
                self.exec_forms[word] = self.words(rest)
            case "HEALTHCHECK":
                self.exec_forms[word] = self.words(rest.partition(" CMD ")[2])
            case _:
                assert word in ("FROM", "USER", "WORKDIR", "EXPOSE"), f"a step that this test does not know: {word}"

    def words(self, exec_form: str) -> list[str]:
        return [self.inside(word.strip('", ')) for word in exec_form.strip("[]").split(",")]

    def copy(self, source: str, target: str, *, from_stage: bool) -> None:
        if from_stage:  # both stages are this folder
            assert source == target
            return
        found = list(ROOT.glob(source))
        assert len(found) == 1, source
        destination = Path(self.inside(target))
        destination.parent.mkdir(parents=True, exist_ok=True)
        if target.endswith("/"):
            destination.mkdir()
        shutil.copy(found[0], destination)

    def run(self, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, env=self.environment, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("wheel")
def test_the_steps_of_the_dockerfile_make_an_image_that_starts(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.mkdir()
    (python / "python").symlink_to(interpreter(VERSIONS[0]))
    image = Image(tmp_path / "root", {"PATH": f"{python}:{os.defpath}", "HOME": str(tmp_path)})
    image.root.mkdir()
    for word, rest in instructions():
        image.follow(word, rest)

    assert image.accounts == ["useradd --create-home --uid 1000 locust"]
    assert [rest for word, rest in instructions() if word == "USER"] == ["locust"], "nothing runs as root"
    work = tmp_path / "work"
    work.mkdir()
    shutil.copy(ROOT / "locustfiles" / "quickstart.py", work / "locustfile.py")
    for start in (image.exec_forms["ENTRYPOINT"], ["locust"]):
        listed = image.run(*start, "--list", cwd=work)
        assert (listed.returncode, "Quickstart" in listed.stdout) == (0, True), listed.stdout + listed.stderr
    health = image.run(*image.exec_forms["HEALTHCHECK"], cwd=work)
    assert health.stderr == ""
    assert Path(shutil.which("rlocust", path=image.environment["PATH"]) or "").is_relative_to(image.root)
