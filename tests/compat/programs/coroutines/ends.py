"""What ends a user while its coroutine waits: a stop with and without time, `gevent.Timeout`. Clean-up ends first."""

import asyncio

import gevent
from locust.env import Environment

from locust import User, constant, task
from rlocust._loop.coroutines import finish
from rlocust._loop.hub_loop import the_loop
from tests.compat.programs.helpers import until


def run(user_class, stop_timeout=0.0):
    environment = Environment(user_classes=[user_class], stop_timeout=stop_timeout)
    runner = environment.create_local_runner()
    runner.start(1, spawn_rate=1)
    until(lambda: user_class.is_waiting)
    runner.quit()
    print(runner.state, runner.user_count, dict(runner.exceptions))


class Killed(User):
    is_waiting = False

    @task
    async def wait_long(self):
        try:
            Killed.is_waiting = True
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            await asyncio.sleep(0.01)
            print("cancelled, and cleaned up")
            raise

    async def on_stop(self):
        await asyncio.sleep(0.01)
        print("on_stop of the killed")


class HasTime(User):
    is_waiting = False
    wait_time = constant(100)

    @task
    async def finish(self):
        HasTime.is_waiting = True
        while self._state != "stopping":
            await asyncio.sleep(0.005)
        print("finished")


class Impatient(User):
    is_waiting = False
    wait_time = constant(100)

    @task
    def call(self):
        with gevent.Timeout(0.01, False):
            finish(asyncio.sleep(100))
        print("timed out")
        Impatient.is_waiting = True


class Confused(User):
    """A method of coroutines that is called where it would have to be awaited."""

    is_waiting = False

    async def wait_time(self):
        return 100

    @task
    async def call(self):
        try:
            self.wait()
        except RuntimeError as error:
            print(error)
        Confused.is_waiting = True


run(Killed)
run(HasTime, stop_timeout=30)
run(Impatient)
run(Confused)
print("left:", asyncio.all_tasks(the_loop()))
