import time

from locust.stats import RequestStats

stats = RequestStats(use_response_times_cache=False)
entry = stats.get("/", "GET")
assert entry.response_times_cache is None
entry.use_response_times_cache = True
entry._cache_response_times(int(time.time()) - 10)
entry.log(20, 0)
assert entry.get_current_response_time_percentile(0.5) == 20
stats.reset_all()
assert len(entry.response_times_cache) == 1
