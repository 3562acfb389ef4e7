# A listener of one event fails; what the others hear, what is logged, how the run ends.
# run: -u 1
# run[test_start]:
# run[spawning_complete]:
# run[request]:
# run[user_error]:
# run[test_stopping]:
# run[test_stop]:
# run[quitting]:
# run[quit]:
# run[request_stops_user]:
# run[user_error_stops_user]:
# run[test_start_stops_test]:
# run[quitting_stops_user]:
# run[request_reschedules]:
# run[wrong_signature]:
import os

import _told
from _lab import end_at_rest, say
from locust.exception import RescheduleTask, StopTest, StopUser

from locust import User, constant, events, task

CASE = os.environ["LAB_CLIENT"]
_told.listen("request")
ERRORS = {"stops_user": StopUser, "stops_test": lambda: StopTest("enough"), "reschedules": RescheduleTask}
name, error = CASE, lambda: ValueError("broken")
for ending, raised in ERRORS.items():
    if CASE.endswith("_" + ending):
        name, error = CASE.removesuffix("_" + ending), raised


def breaks(**_):
    say("breaks", name)
    raise error()


def takes_one(environment):
    say("not called")


getattr(events, "request" if name == "wrong_signature" else name).add_listener(
    takes_one if name == "wrong_signature" else breaks
)


@events.init.add_listener
def on_init(environment, **_):
    end_at_rest(environment)
    if name in _told.RUN or name == "request":
        _told.listen(name)  # one more, after the broken one


class Visitor(User):
    wait_time = constant(60)

    def on_stop(self):
        say("on_stop", len(self.environment.stats.entries))

    @task
    def work(self):
        self.environment.events.request.fire(
            request_type="own", name="a", response_time=1, response_length=0, exception=None, context={}
        )
        raise KeyError("in the task")
