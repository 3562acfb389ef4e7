"""Intervals in units of ten minutes: a pause of a busy machine does not show in them."""

from locust import User, constant_pacing, constant_throughput

UNIT = 600


class Paced(User):
    wait_time = constant_pacing(10 * UNIT)


user = Paced(None)
user._cp_last_run -= 4 * UNIT
print(round(user.wait_time() / UNIT), round(user._cp_last_wait_time / UNIT))
user._cp_last_run -= 19 * UNIT
print(round(user.wait_time() / UNIT))
user._cp_last_run -= 30 * UNIT
print(user.wait_time())
Paced.wait_time = constant_throughput(0.1 / UNIT)
user._cp_last_run -= 3 * UNIT
print(round(user.wait_time() / UNIT))
