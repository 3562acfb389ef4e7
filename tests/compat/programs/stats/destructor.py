import faulthandler
import gc

from locust.stats import RequestStats, StatsError

faulthandler.dump_traceback_later(60, exit=True)
stats = RequestStats()
gone = []


class Last(Exception):
    def __del__(self):
        gone.append(len(stats.errors))


def log_one():
    stats.log_error("GET", "/", Last("a"))
    gc.collect()


log_one()
assert gone == []
del stats.errors[next(iter(stats.errors))]
gc.collect()
assert gone == [0], "a row that was removed keeps no exception"
log_one()
stats.reset_all()
gc.collect()
log_one()
stats.errors.clear()
gc.collect()
assert len(gone) == 3
log_one()
key = next(iter(stats.errors))
stats.errors[key].occurrences = 0
stats.errors[key].error = None
log_one()
gc.collect()
assert len(gone) == 4, "the first exception of a row that begins anew takes the place of the old one"
stats.errors[key] = StatsError("GET", "/", "another")
gc.collect()
assert len(gone) == 5 and stats.errors[key].error == "another"
