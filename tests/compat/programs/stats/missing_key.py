from locust.stats import RequestStats

stats = RequestStats()
assert stats.entries.get(("/x", "GET")) is None and not stats.entries
assert stats.entries[("/x", "GET")].num_requests == 0
assert ("/x", "GET") in stats.entries and len(stats.entries) == 1
assert isinstance(stats.entries, dict) and dict(stats.entries) == {**stats.entries} == stats.entries
del stats.entries[("/x", "GET")]
assert stats.entries == {}
