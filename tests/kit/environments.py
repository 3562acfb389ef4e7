"""Virtual environments with packages that the tests' own does not hold: what it holds can be imported there, too.

What pip installs goes before it, real Locust as well. For nightly tests: pip downloads.
"""

import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.kit.places import ROOT


def environment_with(folder: Path, *packages: str) -> Path:
    """The Python of a new environment in `folder`."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    behind = [sysconfig.get_path("purelib"), str(ROOT / "python")]
    (Path(site.stdout.strip()) / "behind.pth").write_text("\n".join(behind) + "\n")
    return python
