"""The history of key ratios: what a sitting adds, and when a ratio counts as worse."""

from pathlib import Path

from bench import history
from tests.bench.sitting import sitting


def line(commit: str, machine: str = "one", **ratios: float) -> history.Line:
    names = {"gain": "Locust / ours, plain", "cost": "ours / wrk, plain", "memory": "KiB per user"}
    found = {names[name]: value for name, value in ratios.items()}
    return {"date": "2026-01-01", "commit": commit, "machine": machine, "ratios": found}


def test_a_sitting_adds_one_line_of_what_it_measured(tmp_path: Path):
    path = tmp_path / "history.jsonl"
    for _ in range(2):
        history.append(sitting(GET=(20, 9.0), HTTPS=(20, 3.0), realistic=(100, 4.0)), path)
    first, second = history.read(path)
    assert first == second
    assert first["machine"] == "Fast, 2 cores, Python 3.11"
    assert first["ratios"] == {
        "Locust / ours, plain, HttpUser": 10.0,
        "ours / wrk, plain, HttpUser": 2.0,
        "Locust / ours, plain, FastHttpUser": 10.0,
        "ours / wrk, plain, FastHttpUser": 4.0,
        "Locust / ours, realistic, HttpUser": 10.0,
        "ours / wrk, realistic, HttpUser": 8.0,
        "Locust / ours, realistic, FastHttpUser": 10.0,
        "ours / wrk, realistic, FastHttpUser": 16.0,
        "Locust / ours, HTTPS, HttpUser": 10.0,
        "ours / wrk, HTTPS, HttpUser": 6.0,
        "Locust / ours, HTTPS, FastHttpUser": 10.0,
        "ours / wrk, HTTPS, FastHttpUser": 12.0,
        "KiB per user, HttpUser": 15.0,
        "KiB per user, FastHttpUser": 15.0,
    }


def test_worse_is_a_smaller_gain_or_a_larger_cost_by_more_than_a_tenth_of_the_median_before():
    before = [line(str(number), gain=gain, cost=2.0, memory=10.0) for number, gain in enumerate((10.0, 30.0, 20.0))]
    assert history.worse([*before, line("new", gain=18.1, cost=2.19, memory=10.9)]) == []
    assert history.worse([*before, line("new", gain=99.0, cost=0.1, memory=0.1)]) == []
    assert history.worse([*before, line("new", gain=17.9, cost=2.22, memory=11.1)]) == [
        "worse: Locust / ours, plain: 17.90, 20.00 before (-11%)",
        "worse: ours / wrk, plain: 2.22, 2.00 before (+11%)",
        "worse: KiB per user: 11.10, 10.00 before (+11%)",
    ]


def test_the_first_sitting_and_a_new_ratio_have_nothing_to_be_worse_than():
    assert history.worse([line("new", gain=1.0)]) == []
    assert history.worse([line("old", gain=1.0), line("new", gain=1.0, cost=5.0)]) == []


def test_only_sittings_of_one_kind_of_machine_are_compared():
    lines = [line("a", gain=1.0), line("b", "another", gain=9.0), line("c", gain=1.0)]
    assert [found["commit"] for found in history.of_machine(lines)] == ["a", "c"]
    assert history.of_machine([]) == []


def test_sittings_stand_side_by_side():
    machine, dates, commits, gain, cost = history.table([line("abc", gain=10.0), line("def", gain=20.0, cost=3.0)])
    assert machine.strip() == "one"
    assert dates.split() == ["2026-01-01", "2026-01-01"]
    assert commits.split() == ["abc", "def"]
    assert gain.split()[-2:] == ["10.00", "20.00"]
    assert cost.split()[-2:] == ["-", "3.00"]


def test_the_committed_history_is_readable():
    assert all(set(found) == {"date", "commit", "machine", "ratios"} for found in history.read(history.FILE))
