from locust.stats import RequestStats

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
