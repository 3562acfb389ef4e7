"""Tasks are put off and done again."""

from locust.exception import RescheduleTask

from locust import User, constant, events, task


class Caller(User):
    wait_time = constant(0.02)

    @task
    def call(self):
        done.append(1)
        if len(done) == 9:
            print("nine")
            self.environment.runner.quit()
        raise RescheduleTask()


done = []


@events.quit.add_listener
def say(exit_code, **_):
    print("quit with", exit_code)
