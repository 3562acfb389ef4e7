"""What a suite puts in the place of a name of `locust.stats` is used (docs/contract/stats.md §1, surprise 17)."""

from __future__ import annotations

from pathlib import Path

from tests.kit.places import LOCUSTFILES
from tests.kit.programs import compare_cases, ours
from tests.kit.runs import Goal, run_until
from tests.kit.targets import Target
from tests.kit.tools import RLOCUST

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
    script, asked = LOCUSTFILES / "replacing.py", {"REPLACED": " ".join(OF_RUNS)}
    words = ["-f", script, "--headless", "-u", "1", "-H", demo.url]
    shown = [
        run_until(RLOCUST, Goal(samples=2, failures=1), *words, *more, env=asked).stderr
        for more in (["--json"], ["--json-file", tmp_path / "all"])
    ]
    used = {line.split()[1] for line in "\n".join(shown).splitlines() if line.startswith("used ")}
    assert used == set(OF_RUNS)


def test_a_replaced_order_shows_in_the_csv_files_of_a_run(demo: Target, tmp_path: Path) -> None:
    """The engine writes them itself only while it would bypass nothing."""
    words = ["--headless", "-u", "1", "--only-summary", "-H", demo.url, "--csv", tmp_path / "x"]
    run_until(RLOCUST, Goal(names={"a": 1, "b": 1}), "-f", LOCUSTFILES / "backwards.py", *words)
    header, *rows = (tmp_path / "x_stats.csv").read_text().splitlines()
    assert [row.split(",")[1] for row in rows] == ["b", "a", "Aggregated"]
    assert header.endswith("p0.9999,p1.0")


def test_names_belong_to_the_module_whatever_file_they_stand_in() -> None:
    """`__module__`, pickles and `inspect` find them where Locust has them."""
    ours("stats/homes.py")
