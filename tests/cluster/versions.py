"""Earlier Locusts, each in an environment of its own, made when it is first asked for."""

import subprocess
import sys

from tests.kit.places import TESTS
from tests.kit.tools import Tool

#: The five minors before the one whose behaviour is kept.
EARLIER = ("2.46", "2.45", "2.44", "2.43", "2.42")


def locust_of(minor: str) -> Tool:
    """The last release of a minor, kept for the next run."""
    home = TESTS / "out" / f"locust-{minor}"
    program = home / "bin" / "locust"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, timeout=120)
        install = [str(home / "bin" / "pip"), "install", "--quiet", f"locust=={minor}.*"]
        subprocess.run(install, check=True, timeout=600)
    return Tool(f"locust {minor}", (str(program),))
