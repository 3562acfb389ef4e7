import gc
import weakref

from locust.stats import RequestStats


class User:
    def fail(self, stats):
        try:
            raise ValueError("bad")
        except ValueError as error:
            stats.log_error("GET", "/", error)


user, stats = User(), RequestStats()
user.stats = stats
user.fail(stats)
gone = weakref.ref(user)
del user, stats
gc.collect()
assert gone() is None
