"""What a suite puts in the place of a name of `locust.stats` is used (docs/contract/stats.md §1, surprise 17)."""

from __future__ import annotations

import textwrap
from pathlib import Path

from tests.kit.programs import compare_cases, run_program
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST, run

CASES = 32

#: Functions that a run takes from the module when it needs them.
OF_RUNS = """
print_error_report print_percentile_stats print_stats print_stats_json save_stats_json stats_history stats_printer
validate_stats_configuration
""".split()


def test_every_public_name_can_be_replaced_and_put_back() -> None:
    """Name by name, what shows without and with the replacement, as under real Locust; there the list is complete."""
    compare_cases("stats_replaced.py", CASES)


def test_a_run_uses_what_a_locustfile_has_replaced(demo: Target, tmp_path: Path) -> None:
    script = tmp_path / "replacing.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        from locust import HttpUser, constant, stats, task

        def noting(name, original):
            def noted(*args, **kwargs):
                print("used", name, file=sys.stderr)
                return original(*args, **kwargs)
            return noted

        for name in {OF_RUNS!r}:
            setattr(stats, name, noting(name, getattr(stats, name)))

        class Visitor(HttpUser):
            wait_time = constant(0.1)

            @task
            def ask(self):
                self.client.get("/text")
                self.client.get("/missing")
        """)
    )
    words = ["--headless", "-u", "1", "-t", "1s", "-H", demo.url]
    shown = [
        run(RLOCUST, "-f", script, *words, *more).stderr for more in (["--json"], ["--json-file", tmp_path / "all"])
    ]
    used = {line.split()[1] for line in "\n".join(shown).splitlines() if line.startswith("used ")}
    assert used == set(OF_RUNS)


def test_a_replaced_order_shows_in_the_csv_files_of_a_run(demo: Target, tmp_path: Path) -> None:
    """The engine writes them itself only while it would bypass nothing."""
    script = tmp_path / "backwards.py"
    script.write_text(
        textwrap.dedent("""
        from locust import HttpUser, constant, stats, task

        stats.sort_stats = lambda rows: [rows[key] for key in sorted(rows, reverse=True)]
        stats.get_readable_percentiles = lambda percentiles: [f"p{each}" for each in percentiles]

        class Visitor(HttpUser):
            wait_time = constant(0.1)

            @task
            def ask(self):
                self.client.get("/text", name="a")
                self.client.get("/text", name="b")
        """)
    )
    words = ["--headless", "-u", "1", "-t", "1s", "--only-summary", "-H", demo.url, "--csv", tmp_path / "x"]
    run(RLOCUST, "-f", script, *words)
    header, *rows = (tmp_path / "x_stats.csv").read_text().splitlines()
    assert [row.split(",")[1] for row in rows] == ["b", "a", "Aggregated"]
    assert header.endswith("p0.9999,p1.0")


def test_names_belong_to_the_module_whatever_file_they_stand_in() -> None:
    """`__module__`, pickles and `inspect` find them where Locust has them."""
    run_program("""
    import inspect, pickle
    from locust import stats
    from locust.contrib import fasthttp
    made = "StatsEntry RequestStats StatsError StatsCSV StatsCSVFileWriter print_stats stats_printer stats_history"
    for name in made.split():
        each = getattr(stats, name)
        assert each.__module__ == "locust.stats" and inspect.getmodule(each) is stats, name
        assert pickle.loads(pickle.dumps(each)) is each, name
    assert "def stats_printer" in inspect.getsource(stats.stats_printer)
    for name in "FastResponse ErrorResponse ResponseContextManager LocustUserAgent FastRequest".split():
        each = getattr(fasthttp, name)
        assert each.__module__ == "locust.contrib.fasthttp" and pickle.loads(pickle.dumps(each)) is each, name
    """)
