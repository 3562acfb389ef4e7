"""Words in the place of a subcommand: help, the version, and those that are nearly one."""

from pathlib import Path

import pytest

from tests.kit.tools import RLOCUST, run


def test_version_is_what_the_option_prints(tmp_path: Path) -> None:
    by_option, by_word = (run(RLOCUST, word, cwd=tmp_path) for word in ("--version", "version"))
    assert (by_word.exit_code, by_word.stdout) == (0, by_option.stdout)


@pytest.mark.parametrize("words", [["help"], ["--help"]], ids=" ".join)
def test_help_lists_the_subcommands(words: list[str], tmp_path: Path) -> None:
    done = run(RLOCUST, *words, cwd=tmp_path)
    assert done.exit_code == 0 and "rlocust compare A B [options]" in done.stdout


@pytest.mark.parametrize("name", ["demo", "run", "profile", "report", "compare", "completions"])
def test_each_subcommand_has_its_help(name: str, tmp_path: Path) -> None:
    asked = [run(RLOCUST, *words, cwd=tmp_path) for words in ([name, "--help"], ["help", name])]
    assert [(done.exit_code, f"Usage: rlocust {name}" in done.stdout) for done in asked] == [(0, True)] * 2
    assert asked[0].stdout == asked[1].stdout


def test_store_says_where_it_is(tmp_path: Path) -> None:
    asked = run(RLOCUST, "store", "--help", cwd=tmp_path)
    assert asked.exit_code == 0 and "rlocust report FILE" in asked.stdout
    alone = run(RLOCUST, "store", cwd=tmp_path)
    assert alone.exit_code == 2 and alone.stderr.startswith("rlocust: error: no subcommand `store`\n")


def test_a_mistyped_subcommand_is_named(tmp_path: Path) -> None:
    """It may be the name of a user class: what Locust says comes first."""
    without_file = run(RLOCUST, "comapre", "a", "b", cwd=tmp_path)
    assert without_file.exit_code == 1
    assert without_file.stderr.startswith("Could not find 'locustfile.py'."), without_file.stderr
    (tmp_path / "locustfile.py").write_text("from locust import User\nclass Some(User): pass\n")
    unknown = run(RLOCUST, "comapre", "--headless", cwd=tmp_path)
    assert unknown.exit_code == 1 and "Unknown User(s): comapre" in unknown.stderr
    for done in (without_file, unknown):
        assert "hint: did you mean `rlocust compare`?" in done.stderr
    assert "hint" not in run(RLOCUST, "Other", "--headless", cwd=tmp_path).stderr
