"""`--otel`: docs/contract/library.md §9. The collector understands OpenTelemetry's own messages, over both ways of
OTLP."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.kit.places import APPS, EXAMPLES, LOCUSTFILES
from tests.kit.processes import Process, running
from tests.kit.runs import Goal, run_until
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST, Run, run, started
from tests.kit.waiting import until

SUITE = (LOCUSTFILES / "traced.py").read_text()
ALL_OF_IT = Goal(samples=5)

OUTER_SPAN = (LOCUSTFILES / "outer_span.py").read_text()


@contextmanager
def collector(protocol: str) -> Iterator[tuple[Process, int]]:
    with running([sys.executable, str(APPS / "collector.py"), protocol]) as process:
        process.wait_for("port ")
        process.wait_for(" \n")
        yield process, int(re.findall(r"port (\d+)", process.stdout)[0])


def run_traced(
    demo: Target, folder: Path, suite: str, protocol: str, goal: Goal | None = None, **env: str
) -> tuple[Run, list[dict[str, Any]]]:
    """Without a goal, the suite itself ends the run."""
    file = folder / "suite.py"
    file.write_text(suite)
    with collector(protocol) as (process, port):
        env = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
            "OTEL_EXPORTER_OTLP_PROTOCOL": {"grpc": "grpc", "http": "http/protobuf"}[protocol],
        } | env
        load = ["--headless", "-u", "2", "-r", "2", "--only-summary", "--otel", "--profile", "nightly"]
        words = ["-f", file, "-H", demo.url, *load]
        ended = run_until(RLOCUST, goal, *words, env=env) if goal else run(RLOCUST, *words, env=env)
        arrived = [json.loads(line) for line in process.stdout.splitlines()[1:]]
    return ended, arrived


def spans_of(arrived: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        span
        for message in arrived
        for resource in message.get("resourceSpans", [])
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]


def attributes_of(thing: dict[str, Any]) -> dict[str, Any]:
    return {each["key"]: next(iter(each["value"].values())) for each in thing.get("attributes", [])}


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_spans_and_durations_arrive(demo: Target, tmp_path: Path, protocol: str) -> None:
    ended, arrived = run_traced(demo, tmp_path, SUITE, protocol, ALL_OF_IT)
    assert ended.has_logged("Starting Locust 2.47.0, OpenTelemetry enabled"), ended.stderr
    assert "OpenTelemetry traces:" not in ended.stderr and "OpenTelemetry metrics:" not in ended.stderr, ended.stderr

    spans = {span["name"]: span for span in spans_of(arrived)}
    assert set(spans) == {"GET /text", "GET named", "GET /status/404"}, "FastHttpUser is not traced"
    text = attributes_of(spans["GET /text"])
    assert text["http.url"] == f"{demo.url}/text?page=1"
    assert (text["http.method"], text["http.status_code"]) == ("GET", "200")
    assert text["user_agent.original"].startswith("python-requests/")
    assert spans["GET /text"]["kind"] == "SPAN_KIND_CLIENT" and "code" not in spans["GET /text"].get("status", {})
    assert spans["GET /status/404"]["status"]["code"] == "STATUS_CODE_ERROR"

    metrics = [message for message in arrived if "resourceMetrics" in message]
    resource = attributes_of(metrics[-1]["resourceMetrics"][0]["resource"])
    assert (resource["service.name"], resource["profile"]) == ("locust", "nightly")
    assert resource["filename"].split(",")[0].endswith("suite.py")
    metrics = {
        metric["name"]: metric
        for scope in metrics[-1]["resourceMetrics"][0]["scopeMetrics"]
        for metric in scope["metrics"]
    }
    points = metrics["locust.client.duration"]["histogram"]["dataPoints"]
    counts = {tuple(sorted(attributes_of(point).items())): int(point["count"]) for point in points}
    assert counts == {
        (("name", "/text?page=1"),): 1,
        (("name", "named"),): 1,
        (("error.type", "HTTPError"), ("name", "/status/404")): 1,
        (("error.type", "KeyError"), ("name", "call")): 1,
        (("name", "/text"),): 1,
    }
    own = next(point for point in points if attributes_of(point)["name"] == "call")
    assert own["sum"] == 2.0 and metrics["locust.client.duration"]["unit"] == "s"
    assert "locust.users.count" in metrics


def test_requests_lie_below_the_span_of_the_suite(demo: Target, tmp_path: Path) -> None:
    """The header names the suite's trace, so that the server's own spans join it."""
    ended, arrived = run_traced(demo, tmp_path, OUTER_SPAN, "http")
    trace, outer = re.findall(r"outer (\w+) (\w+)", ended.stdout)[0]
    header = re.findall(r"sent 00-(\w+)-(\w+)-0\d", ended.stdout)[0]
    (span,) = spans_of(arrived)[:1]
    raw = {key: bytes_of(span[key]) for key in ("traceId", "spanId", "parentSpanId")}
    assert raw == {"traceId": trace, "spanId": header[1], "parentSpanId": outer}
    assert header[0] == trace


ODD_RESPONSE = (LOCUSTFILES / "odd_response.py").read_text()


def test_what_is_not_sampled_says_so_to_the_server(demo: Target, tmp_path: Path) -> None:
    ended, arrived = run_traced(demo, tmp_path, OUTER_SPAN, "http", OTEL_TRACES_SAMPLER="always_off")
    assert re.findall(r"sent 00-\w{32}-\w{16}-(\w\w)", ended.stdout)[:1] == ["00"]
    assert spans_of(arrived) == [] and "OpenTelemetry traces:" not in ended.stderr


def test_a_response_that_is_none_is_timed_and_not_traced(demo: Target, tmp_path: Path) -> None:
    ended, arrived = run_traced(demo, tmp_path, ODD_RESPONSE, "http", Goal(samples=2))
    assert "Traceback" not in ended.stderr and spans_of(arrived) == []
    assert ended.report.total.requests == 2


def bytes_of(base64_text: str) -> str:
    import base64

    return base64.b64decode(base64_text).hex()


def test_a_missing_collector_costs_a_line_a_stream_and_nothing_else(demo: Target, tmp_path: Path) -> None:
    file = tmp_path / "suite.py"
    file.write_text(SUITE)
    load = ["--headless", "-u", "2", "-r", "2", "--only-summary", "--otel", "-H", demo.url]
    env = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_EXPORTER_OTLP_PROTOCOL": "http"}
    ended = run_until(RLOCUST, ALL_OF_IT, "-f", file, *load, env=env)
    assert ended.stderr.count("OpenTelemetry traces: 3 of 3 spans did not reach the collector") == 1, ended.stderr
    assert ended.stderr.count("OpenTelemetry metrics: ") == 1
    assert ended.report.total.requests == 5


@pytest.mark.parametrize(
    ("env", "line"),
    [
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"}, "No Open"),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "prometheus"}, "'prometheus' is not in rlocust"),
        ({"OTEL_TRACES_EXPORTER": "nonsense", "OTEL_METRICS_EXPORTER": "none"}, "exporter 'nonsense'. Ignored"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "pigeon"}, "Unknown OpenTelemetry otlp exporter protocol 'pigeon'"),
    ],
)
def test_what_cannot_be_exported_is_reported(demo: Target, tmp_path: Path, env: dict[str, str], line: str) -> None:
    file = tmp_path / "suite.py"
    file.write_text(SUITE)
    load = ["--headless", "-u", "2", "-r", "2", "--only-summary", "--otel", "-H", demo.url]
    ended = run_until(RLOCUST, ALL_OF_IT, "-f", file, *load, env=env)
    assert ended.has_logged(line), ended.stderr
    assert ended.report.total.requests == 5


def objects_in(text: str) -> list[dict[str, Any]]:
    """The JSON objects among the lines of a program's output."""
    decoder, found, at = json.JSONDecoder(), [], text.find("{\n")
    while at >= 0:
        one, at = decoder.raw_decode(text, at)
        found.append(one)
        at = text.find("{\n", at)
    return found


def test_the_console_shows_spans_and_metrics_without_a_collector(demo: Target, tmp_path: Path) -> None:
    file = tmp_path / "suite.py"
    file.write_text(SUITE)
    env = {"OTEL_TRACES_EXPORTER": "console", "OTEL_METRICS_EXPORTER": "console", "OTEL_LOGS_EXPORTER": "none"}
    load = ["--headless", "-u", "2", "-r", "2", "--only-summary", "--otel", "-H", demo.url]
    ended = run_until(RLOCUST, ALL_OF_IT, "-f", file, *load, env=env)
    assert ended.has_logged("Starting Locust 2.47.0, OpenTelemetry enabled"), ended.stderr
    assert "WARNING" not in ended.stderr, ended.stderr
    printed = objects_in(ended.stdout)
    spans = {one["name"]: one for one in printed if "context" in one}
    assert set(spans) == {"GET /text", "GET named", "GET /status/404"}
    text = spans["GET /text"]
    assert text["kind"] == "SpanKind.CLIENT" and text["status"] == {"status_code": "UNSET"}
    assert text["attributes"]["http.url"] == f"{demo.url}/text?page=1"
    assert text["resource"]["attributes"]["service.name"] == "locust"
    assert re.fullmatch(r"0x[0-9a-f]{32}", text["context"]["trace_id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", text["start_time"]), text["start_time"]
    pushes = [one["resource_metrics"][0] for one in printed if "resource_metrics" in one]
    metrics = {one["name"]: one for one in pushes[-1]["scope_metrics"][0]["metrics"]}
    assert set(metrics) == {"locust.client.duration", "locust.users.count"}
    counts = [point["count"] for point in metrics["locust.client.duration"]["data"]["data_points"]]
    assert sum(counts) > 0


def test_a_bucket_on_the_metrics_page_leads_to_a_trace(demo: Target, tmp_path: Path) -> None:
    """Exemplars: the trace of the latest request of a bucket, which is one that the collector got."""
    with collector("http") as (process, port):
        env = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }
        load = ["--headless", "-u", "1", "--otel", "--metrics-port", "0", "-H", demo.url]
        with started(RLOCUST, "-f", EXAMPLES / "quickstart.py", *load, env=env) as running_suite:
            running_suite.wait_for("/metrics")
            page = Target(re.findall(r"Metrics for Prometheus at (\S+)/metrics", running_suite.said)[0])
            exemplar = re.compile(
                r'^rlocust_response_seconds_bucket\{le="[\d.]+",method="GET",name="/json"\} \d+ # '
                r'\{trace_id="(\w{32})",span_id="(\w{16})"\} (\S+) (\S+)$',
                re.MULTILINE,
            )
            found = until("an exemplar", lambda: exemplar.search(page.get("/metrics").decode()))
            trace, span, seconds, _ = found.groups()
            assert 0 < float(seconds) < 60

            def arrived() -> set[tuple[str, str]]:
                spans = spans_of([json.loads(line) for line in process.stdout.splitlines()[1:]])
                return {(bytes_of(each["traceId"]), bytes_of(each["spanId"])) for each in spans}

            until("its span at the collector", lambda: (trace, span) in arrived())
