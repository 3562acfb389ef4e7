"""The repository itself: what is in it belongs there, versions agree, documents do not point into the void."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.kit.places import ROOT

LARGEST = 1 << 20  # bytes; a bigger file is a build product or belongs elsewhere


def git(*arguments: str) -> list[str]:
    said = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
    if said.returncode > (arguments[0] == "grep"):  # `git grep` says 1 when it finds nothing
        pytest.skip(f"not a git checkout: {said.stderr.strip()}")
    return said.stdout.splitlines()


def documents() -> list[Path]:
    return [ROOT / name for name in git("ls-files", "*.md")]


def test_nothing_that_git_ignores_is_committed() -> None:
    assert git("ls-files", "--cached", "--ignored", "--exclude-standard") == []


def test_no_committed_file_is_large() -> None:
    sizes = {name: (ROOT / name).stat().st_size for name in git("ls-files") if (ROOT / name).is_file()}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}


def test_no_committed_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    machine_path = r"(^|[^A-Za-z0-9_./-])/(hom[e]|roo[t]|User[s]|wor[k])/[a-z]"
    found = git("grep", "-I", "-n", "-E", machine_path, "--", ":!*.lock")
    # Of containers, not of a machine: Locust's image has its users' files there, and so has ours.
    of_the_image = re.compile(r"deploy/\S+:\d+:.*/home/(locust|todo)\b")
    assert [line for line in found if not of_the_image.match(line)] == []


def test_the_program_has_the_version_of_the_workspace() -> None:
    rlocust = pytest.importorskip("rlocust")
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text())
    assert rlocust.__version__ == cargo["workspace"]["package"]["version"]


def test_the_toolchain_is_the_rust_version_of_the_workspace() -> None:
    toolchain = tomllib.loads((ROOT / "rust-toolchain.toml").read_text())["toolchain"]["channel"]
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text())
    assert toolchain == cargo["workspace"]["package"]["rust-version"] + ".0"


def test_pyproject_leaves_the_version_to_cargo() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "version" in project["dynamic"]
    manifest = tomllib.loads((ROOT / "python" / "Cargo.toml").read_text())
    assert manifest["package"]["version"] == {"workspace": True}


def test_both_environments_pin_the_same_versions_of_what_they_share() -> None:
    def pins(name: str) -> dict[str, str]:
        lines = (ROOT / "tests" / name).read_text().splitlines()
        return dict(line.lower().split("==") for line in lines if "==" in line and not line.startswith("#"))

    ours, theirs = pins("requirements.txt"), pins("requirements-locust.txt")
    assert theirs["locust"] == "2.47.0"
    assert {name: ours[name] for name in ours & theirs.keys()} == {name: theirs[name] for name in ours & theirs.keys()}


def test_every_make_target_explains_itself() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.search(r"\.PHONY: ((?:.*\\\n)*.*)", makefile)[1].replace("\\\n", " ").split())
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.M))
    assert targets - explained == set()


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for document in documents():
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text()):
            if "://" not in link and not (document.parent / link).exists():
                broken.append(f"{document.relative_to(ROOT)}: {link}")
    assert broken == []


def test_decision_pages_are_numbered_without_gaps_and_say_what_would_change_our_mind() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    headings = {page.name: re.findall(r"^## (.*)", page.read_text(), re.M) for page in pages}
    wanted = {"Context", "Choice", "What was measured", "What would change our mind"}
    assert {name: wanted - set(found) for name, found in headings.items() if wanted - set(found)} == {}


def test_the_changelog_has_a_place_for_what_is_not_released() -> None:
    unreleased = (ROOT / "CHANGELOG.md").read_text().partition("\n## Unreleased\n")[2].partition("\n## ")[0]
    assert re.findall(r"^### (.*)", unreleased, re.M) == ["Added", "Changed", "Fixed"]


def test_the_readme_is_read_in_a_minute() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 100


def test_the_promise_has_a_line_for_each_of_the_thirty_rows() -> None:
    rows = re.findall(r"^\| (\d+) \| .* \|", (ROOT / "docs" / "contract" / "rows.md").read_text(), re.M)
    assert [int(row) for row in rows] == list(range(1, 31))


def test_pages_show_the_committed_figures() -> None:
    results = ROOT / "bench" / "results"
    if not list(results.glob("*.json")):
        pytest.skip("no results are committed")
    from bench import render

    pages = "".join((ROOT / page).read_text() for page in render.PAGES)
    assert [pages.count(f"<!-- {place}:begin -->") for place in render.PLACES] == [1] * len(render.PLACES)
    for page in render.PAGES:
        assert render.rendered((ROOT / page).read_text()) == (ROOT / page).read_text(), page
    for file in results.glob("*.json"):
        json.loads(file.read_text())


def test_options_shown_in_the_readme_are_options_of_the_program() -> None:
    program = ROOT / ".venv" / "bin" / "rlocust"
    if not program.exists():
        pytest.skip("rlocust is not installed in .venv")
    lines = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("rlocust -")]
    shown = {word for line in lines for word in line.partition("#")[0].split() if word.startswith("-")}
    said = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    known = set(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", said))
    assert lines and shown - known == set()
