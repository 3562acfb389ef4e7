from locust.stats import RequestStats, print_stats_json

stats = RequestStats()
stats.log_request("GET", "/", 10, 5)
stats.get("/never", "GET")
print_stats_json(stats)
assert stats.get("/", "GET").num_requests == 1
assert [row["name"] for row in stats.serialize_stats()] == ["/"]
assert stats.get("/", "GET").num_requests == 0 and stats.num_requests == 1
