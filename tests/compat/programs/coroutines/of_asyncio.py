"""Users whose clients are asyncio's: httpx and aiohttp. Runs where both are installed; the server is sys.argv[1]."""

import asyncio
import sys

import aiohttp  # type: ignore[import-not-found,unused-ignore]
import httpx  # type: ignore[import-not-found,unused-ignore]
from locust.env import Environment

from locust import User, constant, task
from tests.compat.programs.helpers import until

closed = set()


class OfHttpx(User):
    wait_time = constant(0.001)

    async def on_start(self):
        self.client = httpx.AsyncClient(base_url=sys.argv[1], timeout=30)

    async def on_stop(self):
        await self.client.aclose()
        closed.add("httpx closed")

    async def call(self, name, path, **options):
        with self.environment.events.request.measure("httpx", name) as request:
            answer = await self.client.get(path, **options)
            request["response_length"] = len(answer.content)

    @task
    async def is_answered(self):
        await self.call("answered", "/text")

    @task
    async def is_refused(self):
        await self.call("refused", "http://localhost:1/")

    @task
    async def is_late(self):
        await self.call("late", "/delay/60000", timeout=1)


class OfAiohttp(User):
    wait_time = constant(0.001)

    async def on_start(self):
        self.client = aiohttp.ClientSession(sys.argv[1])

    async def on_stop(self):
        await self.client.close()
        closed.add("aiohttp closed")

    @task
    async def is_answered(self):
        with self.environment.events.request.measure("aiohttp", "answered") as request:
            async with asyncio.timeout(30), self.client.get("/text") as answer:
                request["response_length"] = len(await answer.read())


environment = Environment(user_classes=[OfHttpx, OfAiohttp], stop_timeout=30)
runner = environment.create_local_runner()
runner.start(4, spawn_rate=100)
entries = ("answered", "httpx"), ("answered", "aiohttp"), ("refused", "httpx"), ("late", "httpx")
until(lambda: all(environment.stats.get(*entry).num_requests > 5 for entry in entries))
runner.quit()
for (name, method), entry in sorted(environment.stats.entries.items(), key=lambda each: each[0][::-1]):
    failed = entry.num_failures and entry.num_failures == entry.num_requests
    print(method, name, entry.num_requests > 5, failed, entry.avg_content_length)
print("{" + ", ".join(repr(each) for each in sorted(closed)) + "}")
