"""What a run needs of a machine runs out: the calls and files that need it fail, each with its reason, and the run ends
in order, with its tables and an exit code that says so."""

import pytest

from tests.faults.limits import in_a_group, in_namespaces, run_limited, why_no_groups, why_no_namespaces
from tests.kit import results
from tests.kit.places import TESTS
from tests.kit.runs import Goal

MODEST = TESTS / "faults" / "locustfiles" / "modest.py"
BUSY = TESTS / "faults" / "locustfiles" / "busy.py"
LOAD = ["--headless", "--stop-timeout", "60", "--only-summary", "--csv", "run"]


def skipped_for(reason):
    print(f"skipped: {reason}")
    pytest.skip(reason)


def ended_in_order(ran, code):
    assert ran.exit_code == code, ran.stderr[-3000:]
    assert "Response time percentiles" in ran.stderr
    assert "panicked" not in ran.stderr and "report this bug" not in ran.stderr, ran.stderr[-3000:]


def failures_of(folder):
    return {row["Error"] for row in results.Sheet.read(folder / "run_failures.csv").rows}


def test_descriptors(hostile, tmp_path):
    """Of 200 users, those find no descriptor who come last: `Too many open files`, as under Locust."""
    load = [*LOAD, "-u", "200", "-r", "200", "-H", hostile]
    ran = run_limited("-f", MODEST, *load, cwd=tmp_path, env={"MODEST_FAULT": "Too many open files"}, n=100)
    ended_in_order(ran, 1)
    assert failures_of(tmp_path) and all("Too many open files" in error for error in failures_of(tmp_path))
    assert any(asked > failed for asked, failed in results.of_csv(tmp_path / "run").values()), "nobody was served"


def test_processes(hostile, tmp_path):
    """No thread can be made beyond those of the start: names are looked up and bodies decoded on threads."""
    if reason := why_no_groups("pids"):
        skipped_for(reason)
    load = [*LOAD, "-u", "10", "-r", "10", "-H", hostile.replace("127.0.0.1", "localhost")]
    with in_a_group("pids", 5) as enter:
        ran = run_limited("-f", MODEST, *load, cwd=tmp_path, goal=Goal(samples=200), enter=enter)
    ended_in_order(ran, ran.exit_code)
    assert ran.exit_code in (0, 1)


def test_cpu(hostile, tmp_path):
    """A fifth of a core, in turns of a tenth of a second, for tasks that would compute on half of one or more whatever
    its speed: the run ends in order, and says that it was late."""
    if reason := why_no_groups("cpu"):
        skipped_for(reason)
    load = [*LOAD, "-u", "3", "-r", "3", "-H", hostile]
    with in_a_group("cpu", 20_000) as enter:
        ran = run_limited("-f", BUSY, *load, cwd=tmp_path, goal=Goal(samples=300), enter=enter)
    ended_in_order(ran, 0)
    assert "Scheduling lag: for one in a hundred" in ran.stderr


def test_ports(hostile, tmp_path):
    """In a network of its own with two ports to connect from, and nobody who listens: refused or `no address`."""
    if reason := why_no_namespaces():
        skipped_for(reason)
    prepare = "ip link set lo up && echo '61000 61001' > /proc/sys/net/ipv4/ip_local_port_range"
    served = f"python3 -m http.server --bind 127.0.0.1 8080 --directory '{tmp_path}' > /dev/null 2>&1 & "
    wait = "until : < /dev/tcp/127.0.0.1/8080; do :; done 2> /dev/null"
    load = [*LOAD, "-u", "20", "-r", "20", "-H", "http://127.0.0.1:8080"]
    shell = in_namespaces("-n", "-p", "-f", "bash", "-c")
    (tmp_path / "fine").write_text("fine")
    enter, env = f"{prepare} && {{ {served} {wait}; }}", {"MODEST_FAULT": "Cannot assign requested address"}
    ran = run_limited("-f", MODEST, *load, cwd=tmp_path, env=env, enter=enter, shell=shell)
    ended_in_order(ran, 1)
    assert any("Cannot assign requested address" in error for error in failures_of(tmp_path)), failures_of(tmp_path)


def test_disk(hostile, tmp_path):
    """All files of results lie on a disk of 64 KiB: one line for each that cannot be written, and exit code 2."""
    if reason := why_no_namespaces():
        skipped_for(reason)
    disk = tmp_path / "disk"
    disk.mkdir()
    enter = f"mount -t tmpfs -o size=64k none '{disk}' && head -c 60000 /dev/zero > '{disk}/full'"
    files = ["--csv", disk / "run", "--store", disk / "run.store", "--junit", disk / "run.xml"]
    files += ["--history", disk / "runs"]
    load = ["--headless", "--only-summary", "-u", "5", "-r", "5", "-H", hostile, *files]
    goal, shell = Goal(samples=100), in_namespaces("-m", "sh", "-c")
    ran = run_limited("-f", MODEST, *load, cwd=tmp_path, goal=goal, enter=enter, shell=shell)
    ended_in_order(ran, 2)
    assert "No space left on device" in ran.stderr
    assert "Traceback" not in ran.stderr
