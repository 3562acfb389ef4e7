from locust.stats import RequestStats, StatsError

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
