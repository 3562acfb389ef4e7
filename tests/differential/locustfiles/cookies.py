# variants: http fast
# run: -u 3 -r 3
import itertools

from _lab import Client, end_run, say
from gevent.event import Event

from locust import task

numbers = itertools.count(1)
turns = [Event() for _ in range(5)]
turns[1].set()


class Visitor(Client):
    """Three users take turns; each must see its own cookies only."""

    @task
    def own_cookies(self):
        number = next(numbers)
        turns[number].wait()
        self.client.get("/private", name="before login")
        self.client.post("/login", data={"name": f"user{number}"})
        say(number, self.client.get("/private").json())
        self.client.get("/cookie/set?c=theme%3Ddark&c=gone%3D1", name="set")
        self.client.get("/cookie/set?c=gone%3D%3B+Max-Age%3D0", name="set")
        say(number, self.client.get("/cookie/show").text)
        jar = getattr(self.client, "cookiejar", None) or self.client.cookies
        say(number, sorted((c.name, c.value, c.path, c.secure, c.expires) for c in jar))
        turns[number + 1].set()
        if number == 3:
            end_run(self)
        turns[4].wait()
        self.environment.runner.greenlet.join()
