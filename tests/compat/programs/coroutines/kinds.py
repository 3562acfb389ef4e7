"""Users of `async def` beside users without: each method that a suite may write so, and what is raised there."""

import asyncio
import logging
from traceback import extract_tb

import gevent
from locust.env import Environment
from locust.exception import StopUser

from locust import SequentialTaskSet, TaskSet, User, constant, task
from tests.compat.programs.helpers import log_to_stdout, until

heard = []


def hear(text):
    if text not in heard:
        heard.append(text)


class Asynchronous(User):
    async def on_start(self):
        await asyncio.sleep(0)
        self.rounds = 0
        hear("on_start")

    async def on_stop(self):
        await asyncio.sleep(0.001)
        hear("on_stop")

    async def wait_time(self):
        hear("wait_time")
        return 0.001

    @task
    async def call(self):
        with self.environment.events.request.measure("CALL", "asynchronous") as request:
            await asyncio.sleep(0.02)
            request["response_length"] = 5
        self.rounds += 1
        if self.rounds == 2:
            raise ValueError("of a coroutine")

    @task
    def call_without(self):
        hear("a task without `async` beside it")

    @task
    class Inner(TaskSet):
        async def on_start(self):
            hear("on_start of a task set")

        async def on_stop(self):
            hear("on_stop of a task set")

        @task
        async def leave(self):
            await asyncio.sleep(0)
            self.interrupt()


class InOrder(User):
    wait_time = constant(0)

    @task
    class Steps(SequentialTaskSet):
        @task
        async def first(self):
            await asyncio.gather(asyncio.sleep(0.001), asyncio.sleep(0.001))

        @task
        async def last(self):
            hear("a coroutine ends its user")
            raise StopUser()


class Synchronous(User):
    wait_time = constant(0.001)

    @task
    def call(self):
        with self.environment.events.request.measure("CALL", "synchronous"):
            gevent.sleep(0.001)

    @task
    def has_a_loop_of_its_own(self):
        hear(f"asyncio.run: {asyncio.run(asyncio.sleep(0.001, 'fine'))}")
        self.tasks = [Synchronous.call]  # two at a time would disturb each other, as under Locust


def on_user_error(exception, tb, **_):
    hear(f"user_error {exception!r} in {extract_tb(tb)[-1].name}")


log_to_stdout(level=logging.CRITICAL)
environment = Environment(user_classes=[Asynchronous, InOrder, Synchronous])
environment.events.user_error.add_listener(on_user_error)
runner = environment.create_local_runner()
runner.start(3, spawn_rate=100)
until(lambda: len(heard) == 8 and environment.stats.get("asynchronous", "CALL").num_requests > 5)
entry = environment.stats.get("asynchronous", "CALL")
beside = environment.stats.get("synchronous", "CALL")
# Read before the end, which cuts a call that is then short and empty, as under Locust.
figures = (entry.min_response_time >= 19, entry.avg_content_length, beside.num_failures)
runner.quit()
for line in sorted(heard):
    print(line)
print(*figures)
[row] = runner.exceptions.values()
print(row["msg"], "in call" in row["traceback"], "raise ValueError" in row["traceback"])
