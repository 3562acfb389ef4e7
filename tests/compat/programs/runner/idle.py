"""Users that wait for half a minute after each task."""

from locust import User, constant, task


class Idle(User):
    wait_time = constant(30)

    @task
    def work(self):
        pass


class Other(Idle):
    weight = 2


def all_wait(runner):
    return all(greenlet.args[0]._state == "waiting" for greenlet in runner.user_greenlets)
