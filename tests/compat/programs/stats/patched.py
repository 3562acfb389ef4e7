from unittest import mock

from locust.stats import RequestStats, StatsEntry

from locust import stats as module

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
