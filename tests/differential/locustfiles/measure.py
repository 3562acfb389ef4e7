# Custom clients report through the request event.
from _lab import end_run, say
from locust.exception import CatchResponseError

from locust import User, events, task


class Visitor(User):
    @task
    def report(self):
        fire = self.environment.events.request.fire
        fire(request_type="grpc", name="Say", response_time=12.5, response_length=3, exception=None)
        fire(request_type="grpc", name="Say", response_time=7, response_length=0, exception=ValueError("bad"))
        fire(request_type="grpc", name="Say", response_time=None, response_length=0, exception=None)
        fire(request_type="grpc", name="Say", response_time=1, response_length=1, exception="just a text")
        fire(
            request_type="grpc", name="Say", response_time=1, response_length=1, exception=CatchResponseError("caught")
        )
        fire(request_type="grpc", name="Say", response_time=1, response_length=1)
        fire(request_type="", name="no type", response_time=1234567, response_length=1, context={})
        with self.environment.events.request.measure("task", "measured") as meta:
            meta["response_length"] = 5
        with self.environment.events.request.measure("task", "measured") as meta:
            raise KeyError("inside measure")
        say(sorted(meta), repr(meta["exception"]))
        fire(request_type="broken", name="no time", response_length=1)
        say(self.environment.stats.total.num_requests, self.environment.stats.total.num_none_requests)
        end_run(self)


@events.request.add_listener
def told(request_type, name, exception=None, **_):
    say(request_type, name, repr(exception))
