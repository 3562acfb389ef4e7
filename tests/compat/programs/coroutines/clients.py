"""Users of `rlocust.aio` against a server that answers at once, or never: sys.argv[1]."""

import asyncio
import sys
import time

from locust.env import Environment

from locust import constant, task
from rlocust.aio import AsyncFastHttpUser, AsyncHttpUser, in_greenlet
from tests.compat.programs.helpers import until

done = []


class OverHttp(AsyncHttpUser):
    host = sys.argv[1]
    wait_time = constant(100)

    @task
    async def call(self):
        text, json = await asyncio.gather(self.client.get("/text"), self.client.get("/json"))
        assert text.status_code == 200 and json.json()
        async with self.client.get("/status/404", catch_response=True) as response:
            response.success()
        async with self.client.get("/bytes/10", catch_response=True) as response:
            response.failure("too short")
        self.client.headers["x-mine"] = "yes"
        echoed = await self.client.post("/echo", json={"a": 1}, name="named")
        assert ["x-mine", "yes"] in echoed.json()["headers"], echoed.text
        try:
            async with asyncio.timeout(1):
                await self.client.get("/delay/60000", name="cut")
        except TimeoutError:
            done.append(self)


class Fast(AsyncFastHttpUser):
    host = sys.argv[1]
    wait_time = constant(100)

    @task
    async def call(self):
        responses = await asyncio.gather(*(self.client.get("/text", name="fast") for _ in range(3)))
        assert [response.status_code for response in responses] == [200, 200, 200]
        assert await in_greenlet(lambda: time.sleep(0.001) or "slept") == "slept"
        try:
            await in_greenlet(int, "no number")
        except ValueError as error:
            done.append(error)


environment = Environment(user_classes=[OverHttp, Fast])
runner = environment.create_local_runner()
runner.start(2, spawn_rate=100)
until(lambda: len(done) == 2)
until(lambda: environment.stats._native.accounting()["cut"] == 1)  # an I/O thread books it
runner.quit()
for (name, method), entry in sorted(environment.stats.entries.items()):
    print(method, name, entry.num_requests, entry.num_failures)
print([(error.name, str(error.error)) for error in environment.stats.errors.values()], dict(runner.exceptions))
account = environment.stats._native.accounting()
print({outcome: account[outcome] for outcome in ("ok", "failed", "cut", "open", "unreported")})
