"""`--master-secret`: who knows it is in, whoever does not is not, and it stands nowhere."""

from pathlib import Path

import pytest

from tests.cluster.nodes import LOCUSTFILES, cluster
from tests.kit.page import page
from tests.kit.ports import free_port
from tests.kit.programs import run_program
from tests.kit.runs import Goal, run_until
from tests.kit.targets import Target
from tests.kit.tools import LOCUST, RLOCUST, run, started
from tests.kit.waiting import until

CANARY = "kanarien7vogel"
KNOWN = {"LOCUST_MASTER_SECRET": CANARY}
IDLE = LOCUSTFILES / "idle.py"
HINT = "hint: give all of them the same, by --master-secret-file or LOCUST_MASTER_SECRET"


def test_workers_of_another_secret_and_of_locusts_stay_out_while_ours_run(demo: Target, tmp_path: Path) -> None:
    with cluster(tmp_path, RLOCUST, [RLOCUST], "-u", "2", "-r", "2", "-H", demo.url, env=KNOWN) as made:
        made.await_users(2)
        stock = made.add_worker(LOCUST)
        until("it is said", lambda: made.master.has_logged("unsigned: sent without `--master-secret`"))
        until("it hears so", lambda: stock.has_logged("refused_for_want_of_the_master_secret"))
        for secret, words in (("", ["--worker"]), ("other", ["--worker"]), ("other", ["--worker", "-f", "-"])):
            given = ["--master-secret", secret] if secret else []
            ended = run(RLOCUST, "-f", IDLE, *words, "--master-port", str(made.port), *given)
            assert ended.exit_code == (1 if "-" in words else 255), ended.stderr
            why = "is another one" if secret else "and this one has none"
            assert [why in line and "`--master-secret`" in line for line in ended.stderr.splitlines()].count(True) == 1
            assert HINT in ended.stderr.splitlines() and "Traceback" not in ended.stderr
        with started(
            RLOCUST, "-f", "-", "--worker", "--master-port", str(made.port), cwd=LOCUSTFILES, env=KNOWN
        ) as worker:
            until("it joins", lambda: len(made.state()["workers"]) == 2)
            stock.process.kill()
            assert made.end()[:2] == [0, 0], made.master.process.said
            assert worker.wait() == 0, worker.said
        assert made.master.process.stderr.count("only counted): ") == 2, "each reason is said once"
        assert not any("failed to send heartbeat" in line for line in made.master.process.stderr.splitlines())


def test_a_worker_with_a_secret_works_for_no_master_without_one(demo: Target, tmp_path: Path) -> None:
    with cluster(tmp_path, RLOCUST, [RLOCUST], "-u", "1", "-H", demo.url) as made:
        ended = run(RLOCUST, "-f", IDLE, "--worker", "--master-port", str(made.port), env=KNOWN)
        assert ended.exit_code == 255 and "it has no `--master-secret`, and this worker asks for one" in ended.stderr
        until("it is said", lambda: made.master.has_logged("it asks for a `--master-secret`, and this master has none"))
        made.await_users(1)
        assert made.end() == [0, 0]
    with cluster(tmp_path, LOCUST, []) as made:
        until("it listens", lambda: made.master.process.stderr)
        ours = made.add_worker(RLOCUST, env=KNOWN | {"RIG_CONNECT": "1"})
        until("it is said", lambda: ours.has_logged("has shown yet to know the `--master-secret` of this worker"))
        ours.process.kill()
        assert not made.state()["workers"]


def test_the_secret_of_forked_workers_stands_in_no_output(demo: Target, tmp_path: Path) -> None:
    """Logs at their loudest, files, page, API, report and process titles."""
    secret = tmp_path / "secret"
    secret.write_text(f"{CANARY}\n")
    out = tmp_path / "out"
    out.mkdir()
    port, options = str(free_port()), ["--processes", "2", "--master-secret-file", secret, "--loglevel", "DEBUG"]
    for option, name in {"--csv": "x", "--summary-json": "s", "--store": "x.store", "--html": "x.html"}.items():
        options += [option, out / name]
    options += ["--junit", out / "x.xml", "--markdown", out / "x.md", "--master-bind-port", port]
    load = ["--autostart", "-u", "2", "-r", "2", "-H", demo.url]
    with page(RLOCUST, IDLE, *map(str, [*options, *load]), env={"RLOCUST_LOG": "trace"}) as shown:
        until("both work", lambda: demo.received().total > 20)
        for path in ("/", "/api/v1/state", "/api/v1/form", "/logs", "/stats/requests", "/stats/report", "/tasks"):
            (out / path.replace("/", "_")).write_bytes(shown.get(path).body)
        for pid in (shown.process.pid, *children_of(shown.process.pid)):
            (out / f"title{pid}").write_bytes(Path(f"/proc/{pid}/cmdline").read_bytes())
        assert shown.process.stop() == 0, shown.process.said
        (out / "said").write_text(shown.process.said)
    assert len(list(out.iterdir())) >= 16
    assert [path.name for path in out.iterdir() if CANARY.encode() in path.read_bytes()] == []


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_secret_is_not_sent_to_workers_and_a_socket_of_the_suites_own_is_refused() -> None:
    said = run_program(f"""
        from argparse import Namespace
        from locust.env import Environment
        from locust.rpc import rpc
        from locust._runners.options_to_send import options_to_send
        from locust.user import User
        options = Namespace(master_secret="{CANARY}", master_secret_file=None, own=1)
        environment = Environment(parsed_options=options)
        print(options_to_send(environment))
        class Silent:
            def __init__(self, *_):
                pass
        rpc.Server = Silent
        try:
            environment.create_master_runner("127.0.0.1", 0)
        except ValueError as error:
            print(error)
    """)
    assert said.splitlines() == [
        "{'own': 1}",
        "`--master-secret` needs the sockets of `locust.rpc.rpc`, which the locustfile replaced",
    ]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("--master --master-secret=", "`--master-secret` is empty: give it a value, or leave it out"),
        (
            "--worker --master-secret-file no",
            "`--master-secret-file`: cannot read `no`: No such file or directory",
        ),
        ("--worker -f - --master-secret-file /dev/null", "`--master-secret-file`: `/dev/null` holds no secret"),
        (
            "--processes 2 --master-secret-file no --master-secret x",
            "`--master-secret` and `--master-secret-file` are both given: leave one of them out",
        ),
    ],
)
def test_a_secret_that_is_none_is_refused_at_the_start(words: str, line: str) -> None:
    ended = run(RLOCUST, "-f", IDLE, *words.split())
    assert (ended.exit_code, ended.stderr) == (2, f"rlocust: error: {line}\n")


def test_a_run_of_one_process_says_that_it_needs_no_secret(demo: Target) -> None:
    ended = run_until(RLOCUST, Goal(samples=1), "-f", IDLE, "--headless", "-u", "1", "-H", demo.url, env=KNOWN)
    assert ended.exit_code == 0
    assert ended.has_logged("`--master-secret` is ignored: this run has neither a master nor workers")
