from locust.stats import RequestStats

stats = RequestStats()
stats.log_request("GET", "/", 10, 5)
for _ in stats.entries:
    stats.log_request("GET", "/other", 10, 5)
for bucket in stats.total.response_times:
    assert stats.total.response_times[bucket] == 2
    stats.log_request("GET", "/third", 999, 5)
