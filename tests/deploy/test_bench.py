"""The parts of the bench as processes of this machine: the to-do service of `deploy/target` over PostgreSQL; the Job
of `deploy/kubernetes/ci` with the workers of its base, each with the arguments of its manifest.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from tests.kit.places import EXAMPLES, ROOT
from tests.kit.ports import free_port
from tests.kit.report import Report
from tests.kit.runs import Goal, run_example, until_goal
from tests.kit.tools import RLOCUST, started
from tests.kit.waiting import DEADLINE
from tests.protocols import servers
from tests.protocols.servers import Missing

TARGET = ROOT / "deploy" / "target"
KUBERNETES = ROOT / "deploy" / "kubernetes"
pytestmark = pytest.mark.nightly


@pytest.fixture
def service() -> Iterator[str]:
    try:
        servers.needs("psycopg", "psycopg_pool")
        with servers.postgres() as database:
            command = [sys.executable, "-m", "uvicorn", "todo:app", "--no-access-log", "--port"]
            environment = {"DATABASE_URL": database}
            with servers.told(lambda port: [*command, str(port)], TARGET, environment) as port:
                yield f"http://127.0.0.1:{port}"
    except Missing as why:
        pytest.skip(f"{why}: `make protocols` installs it")


def arguments_of(manifest: Path, **instead: str) -> list[str]:
    """Of the only container; options named are given other values here."""
    container = yaml.safe_load(manifest.read_text())["spec"]["template"]["spec"]["containers"][0]
    options = {f"--{name.replace('_', '-')}": value for name, value in instead.items()}
    kept = [word for word in container["args"] if word.partition("=")[0] not in options]
    return [*kept, *(f"{option}={value}" for option, value in options.items())]


def test_the_journey_through_the_service_succeeds(service: str) -> None:
    done = run_example(RLOCUST, "todo_journey.py", service)
    assert done.exit_code == 0, done.stderr
    assert sum(done.report.counts.values()) > 0, done.stderr


def test_the_job_of_a_pipeline_leads_its_workers(service: str) -> None:
    """Row 30: with --expect-workers it waits for both, and its exit code is the verdict."""
    port = str(free_port())
    lead = arguments_of(KUBERNETES / "ci" / "job.yaml", users="10", run_time="10m", host=service, master_bind_port=port)
    work = arguments_of(KUBERNETES / "base" / "worker.yaml", master_host="127.0.0.1", master_port=port)
    (_, files), journey = until_goal(Goal(samples=20), "-f", EXAMPLES / "todo_journey.py")
    journey["LOCUST_LOCUSTFILE"] = files
    with ExitStack() as nodes:
        master = nodes.enter_context(started(RLOCUST, *lead, env=journey))
        workers = [nodes.enter_context(started(RLOCUST, *work, env=journey)) for _ in range(2)]
        assert master.wait(2 * DEADLINE) == 0, master.stderr
        assert [worker.wait() for worker in workers] == [0, 0], [worker.stderr for worker in workers]
        report = Report.of(master.stderr)
    assert sum(report.counts.values()) > 0 and not sum(report.failures.values()), master.stderr
