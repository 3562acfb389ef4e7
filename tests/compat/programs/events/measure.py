import time

from locust.event import EventHook
from locust.exception import StopUser

hook = EventHook()
begun = time.time()


@hook.add_listener
def on_request(response_time, start_time, **kwargs):
    print(kwargs, response_time >= 0, begun <= start_time <= time.time())


with hook.measure("RPC", "get") as meta:
    print(sorted(meta))
with hook.measure("RPC", "get", 5, {"a": 1}) as meta:
    meta["extra"] = 2
    meta["response_length"] = 7
    raise StopUser("swallowed")
try:
    with hook.measure("RPC", "exit"):
        raise SystemExit(3)
except SystemExit:
    print("SystemExit went through")
