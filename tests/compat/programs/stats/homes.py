import inspect
import pickle

from locust.contrib import fasthttp

from locust import stats

made = "StatsEntry RequestStats StatsError StatsCSV StatsCSVFileWriter print_stats stats_printer stats_history"
for name in made.split():
    each = getattr(stats, name)
    assert each.__module__ == "locust.stats" and inspect.getmodule(each) is stats, name
    assert pickle.loads(pickle.dumps(each)) is each, name
assert "def stats_printer" in inspect.getsource(stats.stats_printer)
for name in "FastResponse ErrorResponse ResponseContextManager LocustUserAgent FastRequest".split():
    each = getattr(fasthttp, name)
    assert each.__module__ == "locust.contrib.fasthttp" and pickle.loads(pickle.dumps(each)) is each, name
