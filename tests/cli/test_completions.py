"""`rlocust completions SHELL`: the script is one that the shell accepts, and it completes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from support.tools import RLOCUST, run

# `compopt` works only while a person presses the tabulator.
ASK = """
compopt() {{ :; }}
source {script}
COMP_WORDS=({words}) COMP_CWORD={last}
_rlocust rlocust "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> Path:
    script = tmp_path_factory.mktemp("completions") / "rlocust.bash"
    done = run(RLOCUST, "completions", "bash")
    assert (done.exit_code, done.stderr) == (0, "")
    script.write_text(done.stdout)
    return script


def completed(script: Path, *words: str) -> set[str]:
    quoted = " ".join(f"'{word}'" for word in ("rlocust", *words))
    ask = ASK.format(script=script, words=quoted, last=len(words))
    done = subprocess.run(["bash", "-c", ask], cwd=script.parent, capture_output=True, text=True, timeout=20)
    assert done.stderr == ""
    return set(done.stdout.split())


def test_bash_completes_options_and_subcommands(bash: Path) -> None:
    assert completed(bash, "--head") == {"--headless"}, "hidden options stay hidden"
    assert completed(bash, "--spawn") == {"--spawn-rate"}
    assert {"demo", "run", "completions", "--users", "-u"} <= completed(bash, "")
    assert completed(bash, "demo", "--p") == {"--port"}
    assert completed(bash, "completions", "") >= {"bash", "zsh", "fish"}


def test_bash_completes_file_names_where_a_file_is_meant(bash: Path) -> None:
    assert completed(bash, "-f", "rlo") == {"rlocust.bash"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_of_that_shell(shell: str) -> None:
    script = run(RLOCUST, "completions", shell).stdout
    marks = {"bash": "complete -F _rlocust", "zsh": "#compdef rlocust", "fish": "complete -c rlocust"}
    assert marks[shell] in script
    if shutil.which(shell):
        read_only = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, timeout=20)
        assert (read_only.returncode, read_only.stderr) == (0, "")


@pytest.mark.parametrize(("words", "complaint"), [(["nu"], "invalid value 'nu'"), ([], "required arguments")])
def test_other_shells_are_refused(words: list[str], complaint: str) -> None:
    done = run(RLOCUST, "completions", *words)
    assert done.exit_code == 2 and complaint in done.stderr
    assert done.stderr.startswith("rlocust completions: error: ")
