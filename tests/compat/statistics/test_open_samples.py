"""Samples whose outcome a suite has still to report: open, in no class of the account, until they are reported, given
up, or the run is over (ARCHITECTURE.md, "What is counted")."""

import textwrap
from pathlib import Path

from tests.kit.places import LOCUSTFILES
from tests.kit.programs import run_program
from tests.kit.runs import Goal, run_until
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST

START = """
import gc
from locust import FastHttpUser, HttpUser, task
from locust.env import Environment

environment = Environment(host="{url}")
environment.create_local_runner()
native = environment.stats._native


def account():
    counts = native.accounting()
    return [counts[name] for name in ("open", "ok", "failed", "unreported")]


def client_of(base):
    return type("User", (base,), dict(host="{url}", task=task(lambda user: None)))(environment).client


for client in (client_of(HttpUser), client_of(FastHttpUser)):
    environment.stats.clear_all()
"""


def run_for_both(target: Target, body: str) -> None:
    run_program(START.format(url=target.url) + textwrap.indent(textwrap.dedent(body), "    "))


def test_a_block_that_is_open_is_in_no_class(demo: Target) -> None:
    run_for_both(
        demo,
        """
        with client.get("/", catch_response=True) as response:
            assert account() == [1, 0, 0, 0], account()
        assert account() == [0, 1, 0, 0], account()
        with client.get("/", catch_response=True) as response:
            response.failure("no")
            assert account()[3] == 0
        assert account() == [0, 1, 1, 0], account()
        """,
    )


def test_a_response_that_is_given_up_is_unreported_for_good(demo: Target) -> None:
    run_for_both(
        demo,
        """
        response = client.get("/", catch_response=True)
        assert account() == [1, 0, 0, 0], account()
        del response
        gc.collect()
        assert account() == [0, 0, 0, 1], account()
        """,
    )


def test_a_call_by_a_library_whose_block_was_left_by_an_error_is_unreported_at_once(demo: Target) -> None:
    """Also while the suite keeps the response, or the error and with it the frames."""
    run_for_both(
        demo,
        """
        try:
            with client.get("/", catch_response=True, stream=True) as response:
                raise KeyError("of the suite's own")
        except KeyError as error:
            kept = response, error
            assert account() == [0, 0, 0, 1], account()
        """,
    )


def test_a_response_without_a_place_for_its_account_is_counted_once(demo: Target) -> None:
    """A `response_type` of the suite's own may have slots alone."""
    run_program(
        START.format(url=demo.url)
        + """
from geventhttpclient.useragent import CompatResponse

class Bare(CompatResponse):
    __slots__ = ()

    def raise_for_status(self):
        pass

client.client.response_type = Bare
assert type(client.get("/")) is Bare
counts = native.accounting()
assert account() == [0, 1, 0, 0] and counts["fired_by_suite"] == 0 and counts["python_timed"] == 1, counts
"""
    )


def test_at_the_end_what_is_open_becomes_unreported_and_stays(demo: Target) -> None:
    run_for_both(
        demo,
        """
        with client.get("/", catch_response=True) as late:
            native.settle_open()
            assert account() == [0, 0, 0, 1], account()
        assert account() == [0, 0, 0, 1], account()
        """,
    )


def test_a_block_of_the_last_test_moves_nothing_in_the_next(demo: Target) -> None:
    run_for_both(
        demo,
        """
        with client.get("/", catch_response=True) as late:
            environment.stats.clear_all()
            with client.get("/", catch_response=True):
                late.success()
                assert account()[0] == 1, account()
        assert account()[:1] == [0], account()
        """,
    )


OPEN_BLOCKS = (LOCUSTFILES / "open_blocks.py").read_text()


def test_open_blocks_do_not_stop_a_run_that_allows_none_unreported(demo: Target, tmp_path: Path) -> None:
    (tmp_path / "locustfile.py").write_text(OPEN_BLOCKS)
    words = ["--headless", "-u", "5", "-r", "5", "--stop-timeout", "30", "-H", demo.url, "--only-summary"]
    words += ["--fail-if", "unreported > 0 abort after 1s"]
    # Six rounds of 0.3 s: the limit is asked about while blocks are open.
    ended = run_until(RLOCUST, Goal(samples=30), "-f", "locustfile.py", *words, cwd=tmp_path)
    assert ended.exit_code == 0, ended.stderr
    assert "unreported of the run is 0" in ended.stderr
