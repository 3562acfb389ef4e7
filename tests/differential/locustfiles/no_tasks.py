from _lab import end_run, say

from locust import User, events

errors = []


@events.user_error.add_listener
def on_user_error(user_instance, exception, tb):
    errors.append(exception)
    say(type(user_instance).__name__, exception)
    if len(errors) == 2:
        end_run(user_instance.user)


class Idle(User):
    def task(self):
        pass
