"""Intervals in units of ten minutes: a pause of a busy machine does not show in them."""

from locust import TaskSet, User, constant, constant_pacing

UNIT = 600


class Inner(TaskSet):
    wait_time = constant_pacing(10 * UNIT)


class Outer(User):
    wait_time = constant(5)


user = Outer(None)
inner = Inner(user)
inner._cp_last_run -= 4 * UNIT
print(round(inner.wait_time() / UNIT), inner._cp_last_wait_time > 0, user._cp_last_wait_time)


class Plain(TaskSet):
    pass


print(Plain(user).wait_time())
