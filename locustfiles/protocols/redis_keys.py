"""Redis with its own client: `measure` around a call makes a request of it.

rlocust -f redis_keys.py --headless -u 10 -r 10 -t 10s -H redis://127.0.0.1:6379     (pip install redis)
"""

from locust import User, constant, task
from redis import Redis


class RedisUser(User):
    wait_time = constant(0.05)

    def on_start(self):
        self.redis = Redis.from_url(self.host)

    def on_stop(self):
        self.redis.close()

    def measured(self, command, *arguments):
        with self.environment.events.request.measure("Redis", command):
            return getattr(self.redis, command)(*arguments)

    @task(3)
    def read(self):
        self.measured("get", "visitors")

    @task
    def count(self):
        assert self.measured("incr", "visitors") > 0
