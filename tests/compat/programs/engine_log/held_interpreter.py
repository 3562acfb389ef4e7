"""A call follows twenty redirects while one call in C lets nobody else have the interpreter. Prints how many of them
were reported in that time."""

import os
import sys
import time

import gevent
from locust.env import Environment
from locust.log import setup_logging

from locust import HttpUser
from rlocust import _engine_log


class Visitor(HttpUser):
    host = sys.argv[1]


os.environ["RLOCUST_LOG"] = "http.redirect=debug"
setup_logging("WARNING")
log = _engine_log._current
assert log is not None
steps, held = 1_000_000, 0
while held < 20 and steps < 2**34:
    steps *= 2
    calling = gevent.spawn(Visitor(Environment()).client.get, "/redirect/20")
    gevent.sleep(0)  # the call is on its way
    begun = time.time()
    sum(range(steps))  # never lets go of the interpreter
    ended = time.time()
    held = sum(begun < at < ended for _, _, at, _, _ in log.native.take(4096))
    calling.join()
print(held)
