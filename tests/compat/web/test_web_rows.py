"""Rows 1, 13, 14 and 26 of the promise, as far as they have a page: the same file under both programs."""

import json
from pathlib import Path

from tests.kit.page import page
from tests.kit.places import EXAMPLES
from tests.kit.ports import free_port
from tests.kit.processes import running
from tests.kit.programs import LIMIT
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST, Tool, program_command
from tests.kit.waiting import until


def test_the_quick_start_is_started_from_the_page(tool: Tool, demo: Target) -> None:
    """Row 1: users, spawn rate, host, Start."""
    with page(tool, EXAMPLES / "quickstart.py", "--stop-timeout", "30") as there:
        assert there.get("/").status == 200
        answer = there.swarm(user_count=5, spawn_rate=5, host=demo.url)
        assert answer == {"host": demo.url, "message": "Swarming started", "success": True}
        there.wait_for("running", 5)
        until("requests are counted", lambda: len(there.stats()["stats"]) == 3 and counted(there.stats()) >= 5)
        assert there.post("/stop").json()["success"]
        until("the last figures", lambda: counted(there.stats()) == demo.received().paths.get("/text", 0))


def counted(stats: dict[str, list[dict[str, int | str]]]) -> int:
    return sum(int(row["num_requests"]) for row in stats["stats"] if row["name"] == "/text")


def test_custom_arguments_stand_in_the_form_and_are_taken_from_it(tool: Tool, demo: Target) -> None:
    """Row 13."""
    with page(tool, EXAMPLES / "custom_arguments.py", "-H", demo.url) as there:
        options = there.template_args()["extra_options"]
        assert options["language"]["choices"] == ["en", "de", "fr"] and options["pause"]["default_value"] == 0.05
        assert (options["token"]["is_secret"], "quietly" in options) == (True, False)
        assert there.swarm(user_count=1, spawn_rate=1, language="de", pause="0.2", token="four")["success"]
        there.process.wait_for("visiting /json in de every 0.2 s, 4 letters of token")


def test_a_plain_program_drives_everything_itself(tool: Tool, demo: Target, tmp_path: Path) -> None:
    """Row 14."""
    port = free_port()
    with running(program_command(tool, EXAMPLES / "library_use.py", demo.url, str(port)), tmp_path) as process:
        assert process.wait(LIMIT) == 0, process.said
        said = json.loads(process.stdout.splitlines()[-1])
    assert said["requests"] == demo.received().total > 0
    assert said["entries"] == [["/text", "GET"]] and said["page"] == 200


def test_the_report_is_downloaded_from_the_page(demo: Target) -> None:
    """Row 26: one file that loads nothing from elsewhere."""
    with page(RLOCUST, EXAMPLES / "quickstart.py", "-H", demo.url) as there:
        there.swarm(user_count=2, spawn_rate=5)
        until("requests are counted", lambda: len(there.stats()["stats"]) == 3)
        report = there.get("/stats/report?download=1")
        assert report.headers["content-disposition"].startswith("attachment;filename=Locust_")
        assert 'id="rlocust-data"' in report.text and "/json" in report.text
        assert "src=" not in report.text.replace('src="data:', "")
