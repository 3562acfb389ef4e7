from _lab import end_run

from locust import User, task


class Visitor(User):
    rounds = 0

    @task
    def fail(self):
        Visitor.rounds += 1
        if Visitor.rounds == 2:
            end_run(self)
        raise ValueError("no request failed, a task did")
