"""Statistics under Locust's names (docs/contract/stats.md; docs/contract/outputs.md §3 to §5)."""

import json

from tests.kit.programs import compare_cases, ours


def test_all_that_can_be_read_equals_locusts() -> None:
    """Sums, buckets, percentiles, windows, rates, errors, tables at several widths, history, merges of worker
    reports, edits by the suite, a bucketing function of its own; by a clock that both sides share."""
    compare_cases("stats_cases.py", 100)


def test_a_test_start_replaces_the_total_and_a_reset_keeps_it() -> None:
    """docs/contract/stats.md §2: who held the old entries still reads what was in them."""
    ours("stats/new_total.py")


def test_a_missing_key_makes_an_entry_in_brackets_and_not_with_get() -> None:
    ours("stats/missing_key.py")


def test_samples_may_arrive_while_a_suite_iterates() -> None:
    ours("stats/iteration.py")


def test_an_odd_type_leaves_the_aggregate_half_counted() -> None:
    """docs/contract/stats.md §6: the entry is not made, the aggregate has one request more."""
    ours("stats/odd_type.py")


def test_replaced_methods_and_functions_take_effect_and_can_be_put_back() -> None:
    """Suites patch these at run time; samples then go through Python until the patch is gone."""
    ours("stats/patched.py")


def test_json_leaves_the_entries_for_the_tables() -> None:
    """docs/contract/differences.md: Locust shows zeros after --json. `serialize_stats` itself resets, as a worker
    needs."""
    out = ours("stats/as_json.py")
    [row] = json.loads("\n".join(out))
    assert list(row)[:4] == ["name", "method", "last_request_timestamp", "start_time"]
    assert row["response_times"] == {"10": 1}


def test_errors_keep_the_first_exception_and_mask_addresses() -> None:
    ours("stats/errors.py")


def test_the_end_of_a_run_tells_of_cut_samples_and_lag_only_when_there_are_any() -> None:
    ours("stats/nothing_to_say.py")


def test_names_that_differ_in_a_key_only_are_pointed_out_at_the_end() -> None:
    [line] = ours("stats/similar_names.py")
    assert line == '135 names look like /todos/{id}: use `name=` to give these requests one, as in name="/todos/{id}"'


def test_percentiles_no_chart_can_show_end_the_program() -> None:
    ours("stats/percentiles.py")


def test_an_entry_may_start_to_keep_its_cache_later() -> None:
    ours("stats/late_cache.py")


def test_an_error_does_not_keep_its_environment_alive() -> None:
    """The row holds the exception, its traceback the user, the user the statistics: a circle through native code."""
    ours("stats/no_circle.py")


def test_names_beyond_the_cap_share_a_row_that_says_so() -> None:
    """docs/contract/differences.md: memory stays bounded; nothing is lost from the sums."""
    ours("stats_limits/names_of_rows.py")


def test_the_caps_hold_also_where_a_suite_has_patched_recording() -> None:
    """The rows are those of the engine's own road, key by key."""
    ours("stats_limits/patched_recording.py")


def test_a_long_history_becomes_coarser_instead_of_longer() -> None:
    ours("stats_limits/long_history.py")


def test_exceptions_beyond_the_cap_share_a_row_that_says_so() -> None:
    ours("stats_limits/exceptions.py")


def test_an_error_that_is_forgotten_may_look_at_the_errors_as_it_goes() -> None:
    """A destructor that reads the statistics runs whenever they let an exception go: in none of these may it hang."""
    ours("stats/destructor.py")


def test_a_time_without_end_is_refused_with_pythons_words_and_kept_out_of_the_sums() -> None:
    """Locust's rounding raises the same; there the sums are infinite from then on."""
    ours("stats/endless_time.py")


def test_statistics_as_data_are_locusts() -> None:
    """`json`, `vars()`, `copy`, `pickle`, and dicts that a suite keeps while samples come in."""
    compare_cases("copy_cases.py", 30)


def test_rows_keep_the_beginning_of_long_errors_and_names_and_events_all_of_it() -> None:
    ours("stats_limits/long_texts.py")
