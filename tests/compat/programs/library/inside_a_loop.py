"""Imports `locust` while an asyncio loop runs in this thread and another thread serves it, and runs a test there."""

import asyncio


async def main():
    loop = asyncio.get_running_loop()
    before = await loop.run_in_executor(None, lambda: 1)  # a thread that waits in a queue from now on

    import gevent
    from gevent import monkey
    from gevent.event import Event
    from locust.env import Environment

    from locust import HttpUser, constant, task

    patched = [f"{name} {monkey.is_module_patched(name)}" for name in ("socket", "threading", "queue")]
    print(", ".join(patched))
    print("of another thread", await loop.run_in_executor(None, lambda: before + 2))

    class ToNobody(HttpUser):
        host = "http://127.0.0.1:1"
        wait_time = constant(0.01)

        @task
        def get(self):
            self.client.get("/")
            if self.environment.stats.total.num_failures == 3:
                looked.wait()
                self.environment.runner.quit()

    looked = Event()
    environment = Environment(user_classes=[ToNobody])
    runner = environment.create_local_runner()
    runner.start(1, spawn_rate=1)
    with gevent.Timeout(30):
        while runner.state != "running":
            gevent.sleep(0)
    print(runner.state, runner.user_count)
    looked.set()
    runner.greenlet.join()
    print(runner.state, await asyncio.to_thread(lambda: environment.stats.total.num_failures))


asyncio.run(main())
