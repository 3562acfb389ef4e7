import os
import subprocess
import sys
import tempfile
from pathlib import Path

from locust import stats as module
from tests.compat.programs.helpers import until
from tests.compat.programs.outputs.awkward import runner
from tests.compat.programs.outputs.wired import wire

SCRAPER = Path(__file__).with_name("scraper.py")
folder = tempfile.mkdtemp()


def size():
    return os.path.getsize(folder + "/x_stats_history.csv")


def pages():
    return os.path.getsize(folder + "/pages") if os.path.exists(folder + "/pages") else 0


native = runner._run
module.CSV_STATS_INTERVAL_SEC, module.CSV_STATS_FLUSH_INTERVAL_SEC = 0.01, 0.0
csv_files = {"csv_prefix": folder + "/x", "stats_history_enabled": True}
address = wire(**csv_files, store=folder + "/x.store", metrics_host="127.0.0.1", metrics_port=0)
native.start()
until(lambda: native.ticks() > 0)
child = subprocess.Popen([sys.executable, str(SCRAPER), f"http://{address}/metrics", folder + "/pages"])
until(lambda: pages() > 0)
held, steps = False, 1_000_000
while not held and steps < 2**34:
    steps *= 2
    ticks, grown, served = native.ticks(), size(), pages()
    sum(range(steps))  # never lets go of the interpreter
    held = native.ticks() - ticks >= 3 and size() > grown and pages() > served
    print("ticks while it was held:", native.ticks() - ticks, "bytes:", size() - grown, "of pages:", pages() - served)
child.kill()
assert held
native.finish(30.0)
