import locust.log
from locust.event import EventHook

from tests.compat.programs.helpers import log_to_stdout

log_to_stdout()
hook = EventHook()


@hook.add_listener
def failing(**kwargs):
    raise ValueError("no")


@hook.add_listener
def next_one(**kwargs):
    print("next", kwargs)


print(locust.log.unhandled_greenlet_exception)
hook.fire(a=1)
print(locust.log.unhandled_greenlet_exception)
hook.add_listener(lambda: None)
hook.fire(a=2)
