"""Where things lie in the repository, and where programs of the system are."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "locustfiles"
TESTS = ROOT / "tests"
APPS = TESTS / "compat" / "apps"
PROGRAMS = TESTS / "compat" / "programs"
LOCUSTFILES = TESTS / "compat" / "locustfiles"


def program(name: str) -> str:
    """Full path of a system program, also where /usr/sbin is not in the PATH."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")
    if not found:
        raise SystemExit(f"`{name}` is not installed\nhint: .ci/packages {name}")
    return found
