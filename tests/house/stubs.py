"""Writes `python/locust-stubs`: what type checkers and editors see of `import locust` where only rlocust is installed.

Each public module of the shim has a stub that names its public names; `python -m tests.house.stubs` writes them anew.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIM = ROOT / "python" / "rlocust" / "_shim" / "locust"
STUBS = ROOT / "python" / "locust-stubs"
#: Where checkers find the shim.
NAME = "rlocust._shim.locust"
#: Names that a module has for its own use.
OWN_USE = {"adopt", "annotations", "patch", "TYPE_CHECKING"}
OURS = ("locust", "rlocust")


def public_modules() -> Iterator[Path]:
    """Of the shim, below `SHIM`."""
    for file in sorted(SHIM.rglob("*.py")):
        parts = file.relative_to(SHIM).parts
        if not any(part.startswith("_") and part != "__init__.py" for part in parts):
            yield file.relative_to(SHIM)


def names_in(file: Path) -> set[str]:
    """Names that the module defines, or has from another module of ours."""
    return set(_names(ast.parse(file.read_text()).body, file))


def _names(body: list[ast.stmt], file: Path) -> Iterator[str]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
                yield node.name
            case ast.Assign():
                yield from (
                    each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)
                )
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.ImportFrom() if node.level or (node.module or "").partition(".")[0] in OURS:
                for alias in node.names:
                    if alias.name == "*":
                        yield from names_in(_imported(node, file))
                    else:
                        yield alias.asname or alias.name
            case ast.If() if "TYPE_CHECKING" not in ast.unparse(node.test):
                yield from _names(node.body + node.orelse, file)
            case ast.Try():
                yield from _names(node.body, file)


def _imported(node: ast.ImportFrom, file: Path) -> Path:
    folder = file.parents[node.level - 1]
    return folder.joinpath(*(node.module or "").split(".")).with_suffix(".py")


def stub_of(module: Path) -> str:
    """The text of the stub of a public module."""
    names = {name for name in names_in(SHIM / module) if not name.startswith("_")} - OWN_USE
    beside = set()
    if module.name == "__init__.py":
        beside = {each.stem for each in (SHIM / module).parent.iterdir() if not each.name.startswith("_")}
    path = [part for part in module.with_suffix("").parts if part != "__init__"]
    if not path:
        names.add("__version__")
    lines = _import(".", names & beside) + _import(".".join([NAME, *path]), names - beside)
    return "\n".join([*lines, ""])


def _import(module: str, names: set[str]) -> list[str]:
    """`as` makes checkers hand a name on."""
    return [f"from {module} import {name} as {name}" for name in sorted(names)]


def stubs() -> dict[Path, str]:
    """The stubs as ruff lays them out, by their paths below `STUBS`."""
    return {module.with_suffix(".pyi"): _laid_out(stub_of(module)) for module in public_modules()}


def _laid_out(text: str) -> str:
    ruff = [sys.executable, "-m", "ruff"]
    sort = [*ruff, "check", "--quiet", "--fix-only", "--select=I", "--stdin-filename=stub.pyi", "-"]
    text = subprocess.run(sort, input=text, cwd=ROOT, text=True, capture_output=True, check=True).stdout
    form = [*ruff, "format", "--quiet", "--stdin-filename=stub.pyi", "-"]
    return subprocess.run(form, input=text, cwd=ROOT, text=True, capture_output=True, check=True).stdout


def main() -> None:
    for old in STUBS.rglob("*.pyi"):
        old.unlink()
    for path, text in stubs().items():
        (STUBS / path).parent.mkdir(parents=True, exist_ok=True)
        (STUBS / path).write_text(text)


if __name__ == "__main__":
    main()
