"""A library that replaces parts of requests, and HttpUser's calls meanwhile and afterwards: printed as JSON.

Usage: `replacing_tools.py responses|vcr|opentelemetry HOST`.
"""

import json
import sys
import tempfile
import urllib.request

import rlocust

rlocust.install()
from locust import HttpUser, User  # noqa: I001 - first: it patches the standard library
from locust.env import Environment

TOOL, HOST = sys.argv[1:]


class Idle(User):
    tasks = [print]


environment = Environment(user_classes=[Idle])
runner = environment.create_local_runner()
client = type("Caller", (HttpUser,), {"abstract": True, "host": HOST})(environment).client


def python_timed():
    return runner.stats._native.accounting()["python_timed"]


def asked_of_server():
    with urllib.request.urlopen(HOST + "/counters") as answer:
        return json.load(answer)["paths"].get("/text", 0)


def with_responses():
    import responses

    with responses.RequestsMock() as mocked:
        mocked.add("GET", HOST + "/text", body="canned", status=418)
        answer = client.get("/text")
        seen = [answer.text, answer.status_code, len(mocked.calls)]
    counted = python_timed()
    return {
        "while": seen,
        "python_timed": counted,
        "after": client.get("/text").status_code,
        "server": asked_of_server(),
    }


def with_vcr():
    import vcr

    with tempfile.TemporaryDirectory() as folder:
        recorder = vcr.VCR(cassette_library_dir=folder, record_mode="once")
        with recorder.use_cassette("calls.yaml") as cassette:
            first = client.get("/text")
            recorded = len(cassette.requests)
        with recorder.use_cassette("calls.yaml") as cassette:
            again = client.get("/text")
            replayed = [again.status_code, again.text == first.text and cassette.play_count == 1]
    return {"recorded": recorded, "replayed": replayed, "python_timed": python_timed(), "server": asked_of_server()}


def with_opentelemetry():
    from opentelemetry.instrumentation.requests import RequestsInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    RequestsInstrumentor().instrument(tracer_provider=provider)
    client.get("/text")
    client.post("/echo", json={"a": 1})
    made = spans.get_finished_spans()
    counted = python_timed()
    RequestsInstrumentor().uninstrument()
    client.get("/text")
    return {
        "spans": [span.name for span in made],
        "statuses": [dict(span.attributes).get("http.status_code") for span in made],
        "python_timed": counted,
        "after": python_timed() - counted,
    }


result = {"responses": with_responses, "vcr": with_vcr, "opentelemetry": with_opentelemetry}[TOOL]()
print(json.dumps(result))
