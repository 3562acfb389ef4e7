import importlib

import locust
from locust import HttpUser, User, task
from tests.compat.programs.helpers import attempt

print(*locust.__all__)
print(locust.__version__, locust.Events.__module__, User.__module__, HttpUser.__module__, task.__module__)
from types import ModuleType

print(
    all(
        isinstance(getattr(locust, name), ModuleType)
        for name in "stats runners env event exception user "
        "clients log debug argument_parser dispatch shape web contrib".split()
    )
)
print(locust.contrib.fasthttp.__name__)
print(locust.wait_time.__name__)
attempt(lambda: importlib.import_module("locust.wait_time"))
from locust._version import __version_tuple__, commit_id, version, version_tuple

print(version, version_tuple, __version_tuple__, commit_id)
from locust.user import HttpUser as same
from locust.user import User, task

print(same is HttpUser)
for name in ("Locust", "HttpLocust"):
    attempt(lambda: type("Old", (getattr(locust, name),), {}))
from gevent import monkey

print(
    all(
        monkey.is_module_patched(name)
        for name in ("socket", "ssl", "threading", "time", "select", "queue", "subprocess", "os", "signal")
    )
)
import urllib3

print(urllib3.connectionpool.ConnectionPool.QueueCls.__module__)
