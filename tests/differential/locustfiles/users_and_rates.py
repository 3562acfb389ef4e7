# Arguments of the run that are odd but accepted.
# run[none]: -u 0 -t 120
# run[fractional_rate]: -u 2 -r 0.9
# run[high_rate]: -u 3 -r 200
# run[more_fixed_than_users]: -u 1 Fixed
# run[long_time]: -u 1 -t 0h9m2s
import gevent
from _lab import quit_when, say

from locust import User, events, task


@events.spawning_complete.add_listener
def complete(user_count, **_):
    say("complete", user_count)


@events.init.add_listener
def on_init(environment, **_):
    quit_when(environment, lambda: environment.runner.state == "running")


class Visitor(User):
    fixed_count = 0

    @task
    def idle(self):
        gevent.sleep(60)


class Fixed(Visitor):
    fixed_count = 3
