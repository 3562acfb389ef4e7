"""`rlocust completions SHELL`: the script is one that the shell accepts, and asked for candidates it has ours.

Each shell completes for real: bash by calling the function of the script, fish by its own question `complete -C`, zsh
at the prompt of a terminal, because it completes nowhere else. Shells that are not installed are skipped.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kit.tools import RLOCUST, run
from tests.kit.waiting import DEADLINE

SHELLS = ["bash", "zsh", "fish"]
Ask = Callable[..., set[str]]

# `compopt` works only while a person presses the tabulator.
ASK_BASH = """
compopt() {{ :; }}
source rlocust.bash
COMP_WORDS=({words}) COMP_CWORD={last}
_rlocust rlocust "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""

# Completion functions hand candidates to `compadd`; with -O, -A and -D they only ask it something.
ASK_ZSH = """
fpath=($PWD $fpath)
autoload -Uz compinit && compinit -D -u
typeset -aU found
compadd() {
    [[ ${@[1,(i)(-|--)]} == *-[OAD]* ]] && { builtin compadd "$@"; return }
    local -a these
    builtin compadd -O these "$@"
    found+=($these)
}
zle-line-init() {
    BUFFER=$QUESTION CURSOR=$#QUESTION
    zle list-choices
    print -rl -- $found > $ANSWER
    exit
}
zle -N zle-line-init
"""


@pytest.fixture(params=SHELLS)
def completed(request: pytest.FixtureRequest, tmp_path: Path) -> Ask:
    """What the shell offers after `rlocust` and the given words, the last of them unfinished."""
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed here")
    done = run(RLOCUST, "completions", request.param)
    assert (done.exit_code, done.stderr) == (0, "")
    (tmp_path / {"zsh": "_rlocust"}.get(request.param, f"rlocust.{request.param}")).write_text(done.stdout)
    (tmp_path / "readable.txt").touch()
    ask = {"bash": by_bash, "zsh": by_zsh, "fish": by_fish}[request.param]
    return lambda *words: ask(tmp_path, words)


def by_bash(folder: Path, words: tuple[str, ...]) -> set[str]:
    quoted = " ".join(f"'{word}'" for word in ("rlocust", *words))
    ask = ASK_BASH.format(words=quoted, last=len(words))
    return answered(folder, "bash", "-c", ask)


def by_fish(folder: Path, words: tuple[str, ...]) -> set[str]:
    ask = f"source rlocust.fish; complete -C '{' '.join(('rlocust', *words))}'"
    lines = answered(folder, "fish", "--no-config", "-c", ask, split=str.splitlines)
    return {line.partition("\t")[0] for line in lines}


def answered(folder: Path, *command: str, split: Callable[[str], list[str]] = str.split) -> set[str]:
    surroundings = {**os.environ, "HOME": str(folder)}
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=DEADLINE)
    assert done.stderr == ""
    return set(split(done.stdout))


def by_zsh(folder: Path, words: tuple[str, ...]) -> set[str]:
    (folder / ".zshrc").write_text(ASK_ZSH)
    answer = folder / "answer"
    variables = {"QUESTION": " ".join(("rlocust", *words)), "ANSWER": str(answer), "TERM": "dumb"}
    said = at_a_terminal(["zsh", "-d", "-i"], folder, {**variables, "ZDOTDIR": str(folder), "HOME": str(folder)})
    assert answer.exists(), said
    found = set(answer.read_text().split())
    answer.unlink()
    return found


def at_a_terminal(command: list[str], folder: Path, variables: dict[str, str]) -> str:
    """Runs a program that wants a terminal; what it wrote there."""
    ours, theirs = os.openpty()
    surroundings = {**os.environ, **variables}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=surroundings) as process:
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 65536):
                said += piece
        except OSError:
            pass  # how Linux says that the other side is closed
        process.wait(DEADLINE)
    os.close(ours)
    return said.decode(errors="replace")


def test_the_shell_completes_options_and_subcommands(completed: Ask) -> None:
    assert completed("--head") == {"--headless"}, "hidden options stay hidden"
    assert completed("--spawn") == {"--spawn-rate"}
    assert {"demo", "run", "report", "compare", "completions"} <= completed("")
    assert completed("demo", "--p") == {"--port"}, "those of the subcommand alone"
    assert completed("completions", "") >= set(SHELLS)
    assert "help" not in completed("h"), "`--help` does"


def test_the_shell_completes_levels_and_metrics(completed: Ask) -> None:
    assert completed("-L", "DEB") == {"DEBUG"}
    assert completed("--fail-if", "fail_r") == {"fail_ratio"}
    assert {"p95", "rps", "requests", "median"} <= completed("--fail-if", "")


def test_the_shell_completes_file_names_where_a_file_is_meant(completed: Ask) -> None:
    assert completed("-f", "rea") == {"readable.txt"}


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_one_of_that_shell(shell: str) -> None:
    script = run(RLOCUST, "completions", shell).stdout
    marks = {"bash": "complete -F _rlocust", "zsh": "#compdef rlocust", "fish": "complete -c rlocust"}
    assert marks[shell] in script
    if shutil.which(shell):
        read_only = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, timeout=DEADLINE)
        assert (read_only.returncode, read_only.stderr) == (0, "")


@pytest.mark.parametrize(("words", "complaint"), [(["nu"], "invalid value 'nu'"), ([], "required arguments")])
def test_other_shells_are_refused(words: list[str], complaint: str) -> None:
    done = run(RLOCUST, "completions", *words)
    assert done.exit_code == 2 and complaint in done.stderr
    assert done.stderr.startswith("rlocust completions: error: ")
