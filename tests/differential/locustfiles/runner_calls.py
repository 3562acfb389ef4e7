import gevent
from _lab import say

from locust import User, constant, events, task


class A(User):
    wait_time = constant(60)

    @task
    def idle(self):
        pass


class B(A):
    weight = 2


@events.spawning_complete.add_listener
def complete(user_count, **_):
    say("spawning_complete", user_count)


@events.init.add_listener
def on_init(environment, **_):
    gevent.spawn(drive, environment.runner)


def drive(runner):
    def counts():
        return runner.state, runner.user_count, sorted(runner.user_classes_count.items())

    def until(users):
        while runner.state != "running" or runner.user_count != users:
            gevent.sleep(0.05)

    until(1)
    say(counts())
    runner.start(6, spawn_rate=100)
    until(6)
    say(counts())
    runner.start(2, spawn_rate=100)
    until(2)
    say(counts())
    users = runner.spawn_users({"A": 2})
    say([type(u).__name__ for u in users], runner.user_count)
    runner.stop_users({"A": 1})
    say(runner.user_count, runner.client_id.count("_") > 0, runner.worker_count, runner.worker_index)
    runner.register_message("hello", lambda environment, msg, **_: say(msg.type, msg.data, msg.node_id))
    runner.send_message("hello", {"a": 1})
    runner.send_message("unknown")
    runner.stop()
    say(counts())
    runner.start(3, spawn_rate=10)
    until(3)
    say(counts())
    runner.quit()
