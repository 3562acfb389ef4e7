"""`make profile`: where the CPU of a run goes, by thread and by library, and the dearest functions (Linux perf).

A hundred users as in `make bench`; PROFILE_VARIANT ("rlocust HttpUser") and PROFILE_SECONDS (5) set the run.
"""

import os
import subprocess
import time

from bench import bench, readings, rig
from bench.nginx import counting_nginx
from tests.kit.places import program
from tests.kit.waiting import until

VARIANT = os.environ.get("PROFILE_VARIANT", "rlocust HttpUser")
SECONDS = os.environ.get("PROFILE_SECONDS", "5")
USERS = 100


def main() -> None:
    program("perf")
    data = rig.OUT / "perf.data"
    with counting_nginx() as nginx, bench.generator(VARIANT, USERS, "Plain", nginx) as load:
        load.event("spawning_complete")
        until("every user is connected", lambda: nginx.counted().connections >= USERS, 60, rig.EVERY)
        time.sleep(bench.WARM_UP)
        record = ["perf", "record", "--quiet", "-F", "4000", "-e", "cpu-clock", "-p", str(load.pid), "-o", str(data)]
        before = readings.read_process(load.pid), nginx.counted()
        subprocess.run([*record, "--", "sleep", SECONDS], check=True)
        after = readings.read_process(load.pid), nginx.counted()
    requests = after[1].requests - before[1].requests
    print(f"{VARIANT}, {USERS} users: {(after[0].cpu - before[0].cpu) / requests * 1e6:.1f} µs per request")
    for thread, spent in readings.split_by_thread(before[0], after[0]).items():
        print(f"  {thread}: {spent / requests * 1e6:.1f} µs")
    for sort in ("comm,dso", "comm,dso,symbol"):
        print(f"\nby {sort}:")
        show = ["perf", "report", "--stdio", "--quiet", "-i", str(data), "--sort", sort, "--percent-limit", "0.7"]
        said = subprocess.run(show, capture_output=True, text=True, check=True).stdout
        print("\n".join(line for line in said.splitlines() if line.strip()))


if __name__ == "__main__":
    main()
