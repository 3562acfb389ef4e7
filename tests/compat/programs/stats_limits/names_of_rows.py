from locust.stats import RequestStats

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
