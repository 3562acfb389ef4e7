from locust.stats import RequestStats

stats = RequestStats()
for time, length in ((10, None), ("10", 5)):
    try:
        stats.log_request("GET", "/", time, length)
    except TypeError:
        continue
    raise AssertionError("a TypeError was due")
assert stats.total.num_requests == 2 and len(stats.entries) == 0
assert dict(stats.total.response_times) == {10: 1}
