"""docs/http-roads.md: the account at the end of a run says why calls were not sent by the engine."""

import re
from pathlib import Path

from tests.kit.runs import Goal, run_until
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST

FILE = """
import io, requests
from locust import FastHttpUser, HttpUser, task

class Session(HttpUser):
    @task
    def work(self):
        client = self.client
        client.get("/text")
        client.get("/text", stream=True).content
        client.get("/text", hooks={"response": lambda response, **_: None})
        client.get("/text", hooks={"response": lambda response, **_: None})
        client.post("/echo", data=io.BytesIO(b"x"))
        client.mount("http://", requests.adapters.HTTPAdapter())
        client.get("/text")
        client.send = client.send
        client.get("/text")
        self.stop()

class Fast(FastHttpUser):
    @task
    def work(self):
        client = self.client
        client.get("/text")
        client.get("/text", timeout=30)
        client.get("/text", stream=True)
        client._build_url = client._build_url
        client.get("/text")
        self.stop()
"""


def test_the_account_says_why_calls_were_not_sent_by_the_engine(demo: Target, tmp_path: Path) -> None:
    (tmp_path / "roads.py").write_text(FILE)
    load = ["--headless", "-u", "2", "-r", "2", "-H", demo.url, "--only-summary"]
    done = run_until(RLOCUST, Goal(samples=11), "-f", tmp_path / "roads.py", *load)
    line = next(line for line in done.stderr.splitlines() if line.startswith("Sent by a Python library"))
    count, why = re.fullmatch(
        r"Sent by a Python library, not by the engine: (\d+) \(why: (.*)\), attempts unknown of 5; "
        r"their times include waiting for Python, see docs/http-roads\.md",
        line,
    ).groups()  # type: ignore[union-attr]
    reasons = dict(reversed(part.split(" ", 1)) for part in why.split(", "))
    assert reasons == {
        "`hooks=`": "2",
        "`stream=True`": "2",
        "`data=` that is a stream": "1",
        "mounted adapter": "1",
        "`send` set on the session": "1",
        "`timeout=`": "1",
        "`_build_url` set on the session": "1",
    }
    assert int(count) == sum(map(int, reasons.values())) == 9
