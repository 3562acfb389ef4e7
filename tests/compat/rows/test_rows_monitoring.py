"""Row 28 of the promise: figures for Prometheus while a run lasts, CPU and memory of generator and target."""

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.compat.rows.stopped import run_until_it
from tests.kit.places import EXAMPLES, LOCUSTFILES, ROOT
from tests.kit.ports import free_port
from tests.kit.processes import Process, running
from tests.kit.targets import Target, node_exporter
from tests.kit.tools import RLOCUST, run, started
from tests.kit.waiting import until

ADDRESS = re.compile(r"Metrics for Prometheus at (http://[\w.]+:\d+)/metrics")


def figures(page: str) -> dict[str, float]:
    """A page in Prometheus' text format: each sample's name and labels with its value."""
    lines = (line for line in page.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_a_scrape_says_what_the_server_received(demo: Target) -> None:
    """Row 28. Scraped while the users run; the last page of a run that ended would be gone with its port."""
    load = ["--headless", "-u", "5", "-r", "5", "-H", demo.url, "--metrics-port", "0"]
    with started(RLOCUST, "-f", EXAMPLES / "quickstart.py", *load) as process:
        process.wait_for("/metrics")
        address = ADDRESS.search(process.said)
        assert address and address[1].startswith("http://127.0.0.1:"), process.said
        page = Target(address[1])

        def scrape() -> dict[str, float]:
            return figures(page.get("/metrics").decode())

        count = 'rlocust_requests_total{method="GET",name="/json"}'
        users = 'rlocust_users{user_class="QuickstartUser"}'

        def with_users() -> dict[str, float] | None:
            seen = scrape()
            return seen if seen.get(count, 0) > 5 and seen.get(users) == 5 else None

        seen = until("requests of five users on the page", with_users)
        assert seen[count] <= demo.received().paths["/json"]
        assert seen[users] == seen["rlocust_users_target"] == 5
        assert seen['rlocust_run_state{state="running"}'] == 1
        histogram = 'rlocust_response_seconds_bucket{le="+Inf",method="GET",name="/json"}'
        assert seen[histogram] == seen[count]
        assert seen['rlocust_failures_total{method="GET",name="/json"}'] == 0
        cpu = 'rlocust_generator_cpu_percent{threads="script"}'
        until("the generator's CPU on the page", lambda: 0 <= scrape().get(cpu, -1) <= 1000)
        assert seen["rlocust_generator_memory_bytes"] > 10_000_000


BUSY = (LOCUSTFILES / "busy.py").read_text()


def test_a_busy_locustfile_is_no_busy_thread(tmp_path: Path) -> None:
    """Row 28: the CPU is that of the thread that spent it."""
    file = tmp_path / "busy.py"
    file.write_text(BUSY)
    load = ["--headless", "-u", "1", "--metrics-port", "0", "--metrics-host", "127.0.0.1"]
    with started(RLOCUST, "-f", file, *load) as process:
        process.wait_for("/metrics")
        address = ADDRESS.search(process.said)
        assert address, process.said

        def shares() -> list[float]:
            shown = figures(Target(address[1]).get("/metrics").decode())
            return [shown.get(f'rlocust_generator_cpu_percent{{threads="{kind}"}}', 0) for kind in ("script", "io")]

        # Beside each other: how much a machine that is busy otherwise grants to either is not for us to say.
        def is_kept_apart() -> bool:
            script, io = shares()
            return script > 1 and script > 4 * io

        until("a busy script thread beside an idle I/O thread", is_kept_apart)


def test_both_machines_stand_beside_the_results(demo: Target, tmp_path: Path) -> None:
    """Row 28: the target's figures come from a real node-exporter."""
    with node_exporter(tmp_path) as target:
        looks = 0

        def scrapes_by_the_run() -> float:
            """Of the pages that the exporter has given, those that nobody here asked for."""
            nonlocal looks
            given = figures(target.get("/metrics").decode())['promhttp_metric_handler_requests_total{code="200"}']
            looks += 1
            return given - (looks - 1)

        load = ["--headless", "-u", "5", "-r", "5", "-H", demo.url, "--monitor", f"{target.url}/metrics"]
        # The third is asked for when the second has been read; a share of CPU needs two.
        ended = run_until_it(
            "three scrapes of the target",
            lambda process: scrapes_by_the_run() >= 3,
            RLOCUST,
            "-f",
            EXAMPLES / "quickstart.py",
            *load,
        )
    assert ended.exit_code == 0, ended.stderr
    for who in ("Generator: CPU", "Target: CPU"):
        assert re.search(who + r" \d+ % of \w+ cores? on average, \d+ % at most; memory [\d.]+ [GM]iB", ended.stderr)


def test_a_silent_target_costs_one_line(demo: Target) -> None:
    """The run goes on, and its figures are as good as before."""
    line = "cannot monitor the target: cannot read `http://127.0.0.1:9/metrics`"
    load = ["--headless", "-u", "5", "-r", "5", "-H", demo.url, "--monitor", "http://127.0.0.1:9/metrics"]

    def has_gone_on(process: Process) -> bool:
        """For two more tables, one every two seconds: the target is asked every second."""
        return line in process.stderr and process.stderr.partition(line)[2].count("Type     Name ") >= 2

    ended = run_until_it("a run after the line", has_gone_on, RLOCUST, "-f", EXAMPLES / "quickstart.py", *load)
    assert ended.exit_code == 0, ended.stderr
    assert ended.stderr.count(line) == 1


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--metrics-port", "70000"], "`--metrics-port 70000` is not a port: give a number from 0 to 65535"),
        (["--metrics-port", "1", "--metrics-host", "192.0.2.1"], "cannot serve metrics on port 1"),
        (["--monitor", "target:9100"], "`target:9100` is not the address of a page: it must begin with http://"),
    ],
)
def test_what_cannot_be_monitored_is_refused_at_the_start(options: list[str], complaint: str) -> None:
    ended = run(RLOCUST, "-f", EXAMPLES / "quickstart.py", "--headless", "-H", "http://127.0.0.1:9", *options)
    assert ended.exit_code == 1 and complaint in ended.stderr, ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_dashboard_asks_for_figures_that_are_there(demo: Target, tmp_path: Path) -> None:
    """deploy/: each query of the Grafana dashboard names metrics of our page, or node-exporter's."""
    dashboard = json.loads((ROOT / "deploy/grafana/dashboards/rlocust.json").read_text())
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked = {name for query in queries for name in re.findall(r"\b(?:rlocust|node)_\w+", query)}
    shown: set[str] = set()
    file = tmp_path / "failing.py"
    file.write_text((EXAMPLES / "quickstart.py").read_text().replace('"/text"', '"/status/500"'))
    load = ["--headless", "-u", "2", "-r", "2", "-H", demo.url, "--metrics-port", "0", "--metrics-host", "127.0.0.1"]
    with (
        node_exporter(tmp_path) as target,
        started(RLOCUST, "-f", file, *load, "--monitor", f"{target.url}/metrics") as process,
    ):
        process.wait_for("/metrics")
        address = ADDRESS.search(process.said)
        assert address, process.said

        def missing() -> set[str]:
            for page in (Target(address[1]), target):
                shown.update(name.split("{")[0] for name in figures(page.get("/metrics").decode()))
            return asked - shown

        until("every metric of the dashboard", lambda: not missing())


@pytest.mark.nightly
def test_prometheus_itself_understands_the_page(demo: Target, tmp_path: Path) -> None:
    """A real Prometheus (Debian's) scrapes a run with the settings of deploy/."""
    if not shutil.which("prometheus"):
        pytest.skip("Debian's package `prometheus` is not installed")
    load = ["--headless", "-u", "2", "-r", "2", "-H", demo.url, "--metrics-port", "0", "--metrics-host", "127.0.0.1"]
    with started(RLOCUST, "-f", EXAMPLES / "quickstart.py", *load) as process:
        process.wait_for("/metrics")
        address = ADDRESS.search(process.said)
        assert address, process.said
        settings = (ROOT / "deploy/prometheus.yml").read_text()
        settings = settings.replace("generator:9646", address[1].removeprefix("http://"))
        (tmp_path / "prometheus.yml").write_text(settings.replace("scrape_interval: 2s", "scrape_interval: 1s"))
        port = free_port()
        words = ["prometheus", "--config.file=prometheus.yml", f"--web.listen-address=127.0.0.1:{port}"]
        with running([*words, "--storage.tsdb.path=data"], tmp_path) as prometheus:
            server = Target(f"http://127.0.0.1:{port}", prometheus)

            def answer() -> list[str]:
                try:
                    shown = json.loads(server.get("/api/v1/query?query=sum(rlocust_requests_total)"))
                except (OSError, AssertionError):  # not up yet, then up and not ready
                    return []
                return [each["value"][1] for each in shown["data"]["result"]]

            assert float(until("a figure in Prometheus", answer)[0]) > 0
