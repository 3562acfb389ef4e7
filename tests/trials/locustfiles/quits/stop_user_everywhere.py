"""Users stop themselves; the last one ends the run."""

from locust.exception import StopUser

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        stopped.append(1)
        if len(stopped) == 3:
            self.environment.runner.quit()
        raise StopUser()


stopped = []


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
