from locust.stats import RequestStats

from locust import stats as module


class Runner:
    stats, user_count = RequestStats(), 1


module._MOST_POINTS = 10
for number in range(1000):
    module.update_stats_history(Runner, timestamp=str(number))
times = [int(point["time"]) for point in Runner.stats.history]
assert len(times) <= 10 and times == sorted(times) and times[-3:] == [997, 998, 999] and times[0] == 0
