"""Statistics under Locust's names (docs/contract/stats.md; docs/contract/outputs.md §3 to §5)."""

import json
import textwrap

from tests.kit.programs import compare_cases, run_program

START = "from locust import stats as module\nfrom locust.stats import *\n"


def run_ours(source: str) -> str:
    return run_program(START + textwrap.dedent(source))


def test_all_that_can_be_read_equals_locusts() -> None:
    """Sums, buckets, percentiles, windows, rates, errors, tables at several widths, history, merges of worker
    reports, edits by the suite, a bucketing function of its own; by a clock that both sides share."""
    compare_cases("stats_cases.py", 100)


def test_a_test_start_replaces_the_total_and_a_reset_keeps_it() -> None:
    """docs/contract/stats.md §2: who held the old entries still reads what was in them."""
    run_ours("""
    stats = RequestStats()
    stats.log_request("GET", "/", 10, 5)
    total, entries, entry = stats.total, stats.entries, stats.get("/", "GET")
    assert stats.get("/", "GET") is entry and stats.total is total
    stats.reset_all()
    assert stats.total is total and stats.get("/", "GET") is entry and entry.num_requests == 0
    stats.log_request("GET", "/", 10, 5)
    stats.clear_all()
    assert stats.total is not total and stats.entries is not entries
    stats.log_request("GET", "/new", 10, 5)
    assert total.num_requests == entry.num_requests == 1
    assert list(entries) == [("/", "GET")] and list(stats.entries) == [("/new", "GET")]
    """)


def test_a_missing_key_makes_an_entry_in_brackets_and_not_with_get() -> None:
    run_ours("""
    stats = RequestStats()
    assert stats.entries.get(("/x", "GET")) is None and not stats.entries
    assert stats.entries[("/x", "GET")].num_requests == 0
    assert ("/x", "GET") in stats.entries and len(stats.entries) == 1
    assert isinstance(stats.entries, dict) and dict(stats.entries) == {**stats.entries} == stats.entries
    del stats.entries[("/x", "GET")]
    assert stats.entries == {}
    """)


def test_samples_may_arrive_while_a_suite_iterates() -> None:
    run_ours("""
    stats = RequestStats()
    stats.log_request("GET", "/", 10, 5)
    for key in stats.entries:
        stats.log_request("GET", "/other", 10, 5)
    for bucket in stats.total.response_times:
        assert stats.total.response_times[bucket] == 2
        stats.log_request("GET", "/third", 999, 5)
    """)


def test_an_odd_type_leaves_the_aggregate_half_counted() -> None:
    """docs/contract/stats.md §6: the entry is not made, the aggregate has one request more."""
    run_ours("""
    stats = RequestStats()
    for time, length in ((10, None), ("10", 5)):
        try:
            stats.log_request("GET", "/", time, length)
        except TypeError:
            continue
        raise AssertionError("a TypeError was due")
    assert stats.total.num_requests == 2 and len(stats.entries) == 0
    assert dict(stats.total.response_times) == {10: 1}
    """)


def test_replaced_methods_and_functions_take_effect_and_can_be_put_back() -> None:
    """Suites patch these at run time; samples then go through Python until the patch is gone."""
    run_ours("""
    from unittest import mock
    stats = RequestStats()
    assert stats._native.is_plain
    with mock.patch.object(StatsEntry, "log", autospec=True) as log:
        stats.log_request("GET", "/", 10, 5)
        assert log.call_count == 2 and not stats._native.is_plain
    assert stats._native.is_plain
    with mock.patch.object(module, "bucket_response_time", lambda time: 7):
        stats.log_request("GET", "/", 123.4, 5)
    stats.log_request("GET", "/", 123.4, 5)
    assert dict(stats.total.response_times) == {7: 1, 120: 1}

    class Counting(RequestStats):
        calls = 0
        def log_request(self, *arguments):
            Counting.calls += 1
            super().log_request(*arguments)
    counting = Counting()
    counting.log_request("GET", "/", 10, 5)
    assert Counting.calls == 1 and counting.num_requests == 1 and not counting._native.is_plain

    class Loud(StatsEntry):
        def log(self, response_time, content_length):
            super().log(response_time * 2, content_length)
    stats.entries[("/loud", "GET")] = Loud(stats, "/loud", "GET")
    stats.log_request("GET", "/loud", 10, 5)
    assert stats.get("/loud", "GET").max_response_time == 20
    """)


def test_json_leaves_the_entries_for_the_tables() -> None:
    """docs/contract/differences.md: Locust shows zeros after --json. `serialize_stats` itself resets, as a worker
    needs."""
    out = run_ours("""
    import json
    stats = RequestStats()
    stats.log_request("GET", "/", 10, 5)
    stats.get("/never", "GET")
    print_stats_json(stats)
    assert stats.get("/", "GET").num_requests == 1
    assert [row["name"] for row in stats.serialize_stats()] == ["/"]
    assert stats.get("/", "GET").num_requests == 0 and stats.num_requests == 1
    """)
    [row] = json.loads(out)
    assert list(row)[:4] == ["name", "method", "last_request_timestamp", "start_time"]
    assert row["response_times"] == {"10": 1}


def test_errors_keep_the_first_exception_and_mask_addresses() -> None:
    run_ours("""
    stats = RequestStats()
    first = ValueError("<HTTPConnection(host='a') at 0x7f01>")
    stats.log_error("GET", "/", first)
    stats.log_error("GET", "/", ValueError("<HTTPConnection(host='a') at 0x7f02>"))
    [(key, error)] = stats.errors.items()
    assert error.error is first and error.occurrences == 2 and error.first_seen <= error.last_seen
    assert key == StatsError.create_key("GET", "/", first)
    assert "at 0x....>" in error.to_dict()["error"]
    stats.errors = {}
    assert not stats.errors and stats.num_failures == 2
    """)


def test_the_end_of_a_run_tells_of_cut_samples_and_lag_only_when_there_are_any() -> None:
    run_ours("""
    assert get_accounting_summary(RequestStats()) == []
    """)


def test_percentiles_no_chart_can_show_end_the_program() -> None:
    run_ours("""
    validate_stats_configuration()
    module.PERCENTILES_TO_CHART = [0.5, 1.0]
    try:
        validate_stats_configuration()
    except SystemExit as end:
        assert end.code == 1
    else:
        raise AssertionError("exit code 1 was due")
    """)


def test_an_entry_may_start_to_keep_its_cache_later() -> None:
    run_ours("""
    import time
    stats = RequestStats(use_response_times_cache=False)
    entry = stats.get("/", "GET")
    assert entry.response_times_cache is None
    entry.use_response_times_cache = True
    entry._cache_response_times(int(time.time()) - 10)
    entry.log(20, 0)
    assert entry.get_current_response_time_percentile(0.5) == 20
    stats.reset_all()
    assert len(entry.response_times_cache) == 1
    """)


def test_an_error_does_not_keep_its_environment_alive() -> None:
    """The row holds the exception, its traceback the user, the user the statistics: a circle through native code."""
    run_ours("""
    import gc, weakref

    class User:
        def fail(self, stats):
            try:
                raise ValueError("bad")
            except ValueError as error:
                stats.log_error("GET", "/", error)

    user, stats = User(), RequestStats()
    user.stats = stats
    user.fail(stats)
    gone = weakref.ref(user)
    del user, stats
    gc.collect()
    assert gone() is None
    """)


def test_names_beyond_the_cap_share_a_row_that_says_so() -> None:
    """docs/contract/differences.md: memory stays bounded; nothing is lost from the sums."""
    run_ours("""
    stats = RequestStats()
    stats._native.set_most_names(2)
    for number in range(5):
        stats.log_request("GET", f"/{number}", 10, 5)
    stats.clear_all()
    for number in range(5):
        stats.log_request("GET", f"/{number}", 10, 5)
    names = [name for name, _ in stats.entries]
    assert names[:2] == ["/0", "/1"] and "--max-names" in names[2] and len(names) == 3
    assert stats.num_requests == 5 == sum(entry.num_requests for entry in stats.entries.values())
    """)


def test_the_caps_hold_also_where_a_suite_has_patched_recording() -> None:
    """The rows are those of the engine's own road, key by key."""
    run_ours("""
    def recorded():
        stats = RequestStats()
        stats._native.set_most_names(2)
        for number in range(5):
            stats.log_request("GET", f"/{number}", 10, 5)
            stats.log_error("GET", f"/{number}", "bad")
        for number in range(10_010):
            stats.log_error("GET", "/0", ValueError(number))
        stats.get("/another", "GET")
        stats.log_error("GET", "/0", ValueError(3))
        entries = [(key, e.name, e.method, e.num_requests, e.num_failures) for key, e in stats.entries.items()]
        errors = [(key, e.method, e.name, str(e.error), e.occurrences, e.to_name()) for key, e in stats.errors.items()]
        return entries, errors

    entries, errors = unpatched = recorded()
    assert [row[3] for row in entries] == [1, 1, 3] and len(errors) == 10_001
    assert errors[-1][4] == 15 and "different errors" in errors[-1][5], errors[-1]
    original = StatsEntry.log
    StatsEntry.log = lambda self, *arguments: original(self, *arguments)
    assert recorded() == unpatched
    """)


def test_a_long_history_becomes_coarser_instead_of_longer() -> None:
    run_ours("""
    class Runner:
        stats, user_count = RequestStats(), 1
    module._MOST_POINTS = 10
    for number in range(1000):
        module.update_stats_history(Runner, timestamp=str(number))
    times = [int(point["time"]) for point in Runner.stats.history]
    assert len(times) <= 10 and times == sorted(times) and times[-3:] == [997, 998, 999] and times[0] == 0
    """)


def test_exceptions_beyond_the_cap_share_a_row_that_says_so() -> None:
    run_ours("""
    from locust.env import Environment
    from locust import runners
    runners.MOST_EXCEPTIONS = 3
    runner = Environment().create_local_runner()
    for number in range(7):
        runner.log_exception("local", "bad", f"traceback {number}")
    counts = [row["count"] for row in runner.exceptions.values()]
    assert counts == [1, 1, 1, 4] and "different exceptions" in list(runner.exceptions.values())[3]["msg"]
    """)


def test_an_error_that_is_forgotten_may_look_at_the_errors_as_it_goes() -> None:
    """A destructor that reads the statistics runs whenever they let an exception go: in none of these may it hang."""
    run_ours("""
    import faulthandler, gc
    faulthandler.dump_traceback_later(60, exit=True)
    stats = RequestStats()
    gone = []
    class Last(Exception):
        def __del__(self):
            gone.append(len(stats.errors))
    def log_one():
        stats.log_error("GET", "/", Last("a"))
        gc.collect()
    log_one()
    assert gone == []
    del stats.errors[list(stats.errors)[0]]
    gc.collect()
    assert gone == [0], "a row that was removed keeps no exception"
    log_one()
    stats.reset_all()
    gc.collect()
    log_one()
    stats.errors.clear()
    gc.collect()
    assert len(gone) == 3
    log_one()
    key = list(stats.errors)[0]
    stats.errors[key].occurrences = 0
    stats.errors[key].error = None
    log_one()
    gc.collect()
    assert len(gone) == 4, "the first exception of a row that begins anew takes the place of the old one"
    stats.errors[key] = StatsError("GET", "/", "another")
    gc.collect()
    assert len(gone) == 5 and stats.errors[key].error == "another"
    """)


def test_a_time_without_end_is_refused_with_pythons_words_and_kept_out_of_the_sums() -> None:
    """Locust's rounding raises the same; there the sums are infinite from then on."""
    run_ours("""
    for time, refusal in ((float("inf"), OverflowError), (float("-inf"), OverflowError), (float("nan"), ValueError)):
        for call in (lambda: stats.log_request("GET", "/", time, 5), lambda: entry.log(time, 5),
                     lambda: entry._log_response_time(time), lambda: module.bucket_response_time(time)):
            stats = RequestStats()
            entry = StatsEntry(stats, "/", "GET")
            try:
                call()
            except refusal as error:
                assert str(error).startswith("cannot convert float "), error
            else:
                raise AssertionError(f"{time} was taken")
            assert stats.total.total_response_time == entry.total_response_time == 0
            assert not stats.total.response_times and not entry.response_times and not stats.entries
    stats.log_request("GET", "/", 7, 5)
    assert stats.total.max_response_time == 7
    """)


def test_statistics_as_data_are_locusts() -> None:
    """`json`, `vars()`, `copy`, `pickle`, and dicts that a suite keeps while samples come in."""
    compare_cases("copy_cases.py", 30)


def test_rows_keep_the_beginning_of_long_errors_and_names_and_events_all_of_it() -> None:
    run_ours("""
    from locust.env import Environment
    environment = Environment()
    environment.create_local_runner()
    stats = environment.stats
    lengths = []
    environment.events.request.add_listener(
        lambda exception, name, **_: lengths.append((len(str(exception)), len(name)))
    )
    for each in "ab", "ba", "ab":
        for kind in (str, ValueError, CatchResponseError):
            name, error = "/" + each * 5000, kind(each * 500_000)
            environment.events.request.fire(
                request_type="GET", name=name, response_time=1, response_length=1, exception=error, context={}
            )
    assert set(lengths) == {(1_000_000, 10_001)}
    assert stats.num_failures == 9 and len(stats.errors) == 6 and len(stats.entries) == 2
    for error in stats.errors.values():
        texts = error.error, error.to_name(), error.to_dict()["error"]
        assert max(map(len, texts)) < 7000 and all("characters)" in text for text in texts), texts
        assert error.to_name().endswith("characters)")
    assert {key[0][-18:] for key in stats.entries} == {"… (10001 characters)"[-18:]}
    assert all(len(key[0]) == 2048 for key in stats.entries)
    assert stats.get("/" + "ab" * 5000, "GET").num_requests == 6
    assert len(stats.entries) == 2
    exact = "x" * 4096
    stats.log_error("GET", "/", exact)
    assert list(stats.errors.values())[-1].error == StatsError.parse_error(exact) == exact
    """)
