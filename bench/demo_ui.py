"""`make demo-ui`: the web page over a run of a hundred users against the demo server, until Ctrl-C; WEB_PORT=8089."""

import os
import subprocess

from bench import rig
from tests.kit.places import ROOT
from tests.kit.targets import demo_server


def main() -> None:
    suite = ROOT / "locustfiles" / "quickstart.py"
    port = os.environ.get("WEB_PORT", "8089")
    with demo_server() as server:
        options = ["-u", "100", "-r", "10", "-H", server.url, "--autostart", "--web-port", port]
        print("rlocust -f", os.path.relpath(suite), *options, flush=True)
        print(f"open http://localhost:{port}", flush=True)
        try:
            code = subprocess.run([rig.RLOCUST, "-f", str(suite), *options], check=False).returncode
        except KeyboardInterrupt:
            code = 0
    raise SystemExit(code)


if __name__ == "__main__":
    main()
