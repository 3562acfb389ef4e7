"""`make demo`: the demo server on a free port and the quick start against it, a hundred users for ten seconds."""

import os
import subprocess

from bench import rig


def main() -> None:
    quickstart = rig.ROOT / "locustfiles" / "quickstart.py"
    with rig.demo_server() as address:
        print(f"demo server at {address}", flush=True)
        options = ["--headless", "-u", "100", "-r", "100", "-t", "10s", "-H", address, "--only-summary"]
        shown = os.path.relpath(quickstart)
        print("rlocust -f", shown, *options, flush=True)
        code = subprocess.run([rig.RLOCUST, "-f", str(quickstart), *options], check=False).returncode
    raise SystemExit(code)


if __name__ == "__main__":
    main()
