from locust.stats import RequestStats, StatsEntry

from locust import stats as module

for time, refusal in ((float("inf"), OverflowError), (float("-inf"), OverflowError), (float("nan"), ValueError)):
    for call in (
        lambda: stats.log_request("GET", "/", time, 5),
        lambda: entry.log(time, 5),
        lambda: entry._log_response_time(time),
        lambda: module.bucket_response_time(time),
    ):
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
