"""The native module: its types are those that Python is promised, and no object of it is ever borrowed for writing."""

import re
import subprocess
import sys

from tests.kit.places import ROOT

ALLOWED = ROOT / "tests" / "house" / "native_types.txt"
#: Classes that Python code may change through a mutable borrow, with the reason; a switch in that time would abort.
NOT_FROZEN: dict[str, str] = {}


def test_the_stub_says_what_the_module_has() -> None:
    command = [sys.executable, "-m", "mypy.stubtest", "rlocust._native", "--allowlist", ALLOWED]
    command += ["--ignore-disjoint-bases", "--ignore-unused-allowlist", "--mypy-config-file", ROOT / "pyproject.toml"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_class_of_the_module_is_frozen() -> None:
    """ARCHITECTURE.md, the rules of the switch: nothing stays borrowed while a greenlet is away."""
    pattern = re.compile(r"#\[pyclass(?:\(([^\]]*)\))?\].*?\b(?:struct|enum) (\w+)", re.S)
    found = {}
    for source in (ROOT / "python" / "src").rglob("*.rs"):
        for options, name in pattern.findall(source.read_text()):
            found[name] = "frozen" in re.split(r"[\s,]+", options)
    assert found, "no class found: is the pattern still right?"
    assert {name for name, is_frozen in found.items() if not is_frozen} == NOT_FROZEN.keys()
