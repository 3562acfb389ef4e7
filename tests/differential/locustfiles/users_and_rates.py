# Arguments of the run that are odd but accepted.
# run[none]: -u 0 -t 2
# run[fractional_rate]: -u 2 -r 0.9 -t 3s
# run[high_rate]: -u 3 -r 200 -t 2s
# run[more_fixed_than_users]: -u 1 -t 2s Fixed
# run[long_time]: -u 1 -t 0h0m2s
import gevent
from _lab import say

from locust import User, events, task


@events.spawning_complete.add_listener
def complete(user_count, **_):
    say("complete", user_count)


class Visitor(User):
    fixed_count = 0

    @task
    def idle(self):
        gevent.sleep(60)


class Fixed(Visitor):
    fixed_count = 3
