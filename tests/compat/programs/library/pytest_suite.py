"""Tests of pytest with a runner in a fixture. Copied to a folder of its own, where `locust` is what the Python has."""

import gevent
import pytest

try:
    import rlocust

    rlocust.install()
except ImportError:
    pass  # the Python of real Locust

from locust.env import Environment

import locust
from locust import User, constant, task


class Mine(User):
    wait_time = constant(0.01)

    @task
    def call(self):
        with self.environment.events.request.measure("CALL", "mine"):
            gevent.sleep(0.001)


@pytest.fixture
def environment():
    environment = Environment(user_classes=[Mine])
    environment.create_local_runner()
    yield environment
    environment.runner.quit()


@pytest.fixture(scope="module")
def ended():
    return []


def until(holds):
    with gevent.Timeout(30):
        while not holds():
            gevent.sleep(0.01)


def test_a_run(environment, ended, capsys):
    with capsys.disabled():
        print(locust.__file__)
    environment.runner.start(2, spawn_rate=100)
    until(lambda: environment.stats.total.num_requests >= 10)
    environment.runner.stop()
    assert (environment.runner.state, environment.stats.total.num_failures) == ("stopped", 0)
    ended.append((environment, environment.stats.total.num_requests))


def test_another_run_begins_with_nothing(environment, ended, caplog):
    caplog.set_level("INFO")
    assert environment.stats.total.num_requests == 0
    environment.runner.start(1, spawn_rate=1)
    until(lambda: environment.runner.state == "running")
    assert environment.runner.user_count == 1
    assert "Ramping to 1 users at a rate of 1.00 per second" in caplog.text


def test_an_ended_run_keeps_its_figures(ended):
    environment, requests = ended[0]
    assert environment.stats.get("mine", "CALL").num_requests == requests
