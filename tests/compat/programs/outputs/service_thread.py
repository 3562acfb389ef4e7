import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rlocust import _native
from tests.compat.programs.helpers import until
from tests.compat.programs.outputs.awkward import runner

SCRAPER = Path(__file__).with_name("scraper.py")
folder = tempfile.mkdtemp()


def size():
    return os.path.getsize(folder + "/x_stats_history.csv")


def pages():
    return os.path.getsize(folder + "/pages") if os.path.exists(folder + "/pages") else 0


native = runner._run
outputs = _native.Outputs(native)
outputs.add_csv(folder + "/x", [0.5], 10, (0.01, 0.0))
outputs.add_store(folder + "/x.store", "{}")
address = outputs.add_metrics("127.0.0.1", 0)
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
native.finish(20.0)
