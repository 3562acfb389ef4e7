from locust.event import EventHook, Events

from locust import events
from tests.compat.programs.helpers import attempt

print(*vars(Events()), sep="\n")


class Mine(Events):
    text: "EventHook"
    real: EventHook


print(list(vars(Mine())))


class Bare(Events):
    pass


print(len(vars(Bare())))
attempt(lambda: events.request_success)
