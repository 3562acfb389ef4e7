"""A run whose statistics hold what is awkward to write, by a clock that stands still between samples."""

import time

from locust.env import Environment
from locust.exception import CatchResponseError

clock = [1_700_000_000.0]
time.time = lambda: clock[0]
environment = Environment(user_classes=[])
runner = environment.create_local_runner()
stats = environment.stats
NAMES = ["/", 'a "quote"', "a, comma", "two\nlines", "return\rs", "\u00e9 \U0001f600", "", " space ", "tab\t"]
for number, name in enumerate(NAMES * 3):
    clock[0] += 0.3
    stats.log_request(["GET", "POST", ""][number % 3], name, [0.2, 17, 1234.5678, None, 1e-7, 0][number % 6], number)
    if number % 4 == 0:
        stats.log_error("GET", name, [ValueError(name), name, CatchResponseError("no")][number % 3])
stats.get("never asked", "GET")
runner.log_exception("local", "message, with comma", "line one\nline two\n")
