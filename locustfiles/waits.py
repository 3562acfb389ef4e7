"""Waits: how long a user rests between two tasks. One class for each way.

rlocust demo --port 8000
rlocust -f waits.py --headless -u 6 -r 6 -t 10s -H http://127.0.0.1:8000
"""

from locust import HttpUser, between, constant, constant_pacing, constant_throughput, poisson, task


class Resting(HttpUser):
    abstract = True

    @task
    def visit(self):
        self.client.get("/delay/20", name=type(self).__name__)


class ConstantUser(Resting):
    """Rests a quarter of a second after each task."""

    wait_time = constant(0.25)


class BetweenUser(Resting):
    """Rests anything from 0.1 to 0.4 seconds."""

    wait_time = between(0.1, 0.4)


class PacedUser(Resting):
    """Starts a task every half second, however long the task takes (unless longer than that)."""

    wait_time = constant_pacing(0.5)


class ThroughputUser(Resting):
    """Starts four tasks a second."""

    wait_time = constant_throughput(4)


class PoissonUser(Resting):
    """Four tasks a second on average, at random moments, as if strangers came by."""

    wait_time = poisson(4)


class TiringUser(Resting):
    """Rests a little longer each time: any method named `wait_time` will do, and it may remember."""

    rested = 0.0

    def wait_time(self):
        self.rested += 0.1
        return self.rested
