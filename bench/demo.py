"""`make demo`: the demo server on a free port and the quick start against it, a hundred users for ten seconds."""

import os
import subprocess

from bench import rig
from tests.kit.places import ROOT
from tests.kit.targets import demo_server


def main() -> None:
    quickstart = ROOT / "locustfiles" / "quickstart.py"
    with demo_server() as server:
        print(f"demo server at {server.url}", flush=True)
        options = ["--headless", "-u", "100", "-r", "100", "-t", "10s", "-H", server.url, "--only-summary"]
        shown = os.path.relpath(quickstart)
        print("rlocust -f", shown, *options, flush=True)
        code = subprocess.run([rig.RLOCUST, "-f", str(quickstart), *options], check=False).returncode
    raise SystemExit(code)


if __name__ == "__main__":
    main()
