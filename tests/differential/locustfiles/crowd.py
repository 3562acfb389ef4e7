# variants: http fast
# run: -u 20 -r 20
# Many users at once: the counts must be exact, whatever the order.
import gevent
from _lab import REFUSED, Client

from locust import SequentialTaskSet, events, task

ended = []


class Round(SequentialTaskSet):
    @task(3)
    def look(self):
        self.client.get("/json")

    @task
    def fail(self):
        self.client.get("/status/500")

    @task
    def check(self):
        with self.client.get("/json", name="checked", catch_response=True) as response:
            if response.json()["number"] == 1:
                response.failure("one")

    @task
    def slow(self):
        self.client.get("/pause/100")

    @task
    def refused(self):
        self.client.get(REFUSED + "/x", name="refused")

    @task
    def leave(self):
        if self.user.rounds == 2:
            ended.append(self.user)
            self.user.environment.runner.greenlet.join()
        self.user.rounds += 1


class Visitor(Client):
    tasks = [Round]  # noqa: RUF012
    rounds = 0


@events.test_start.add_listener
def watch(environment, **_):
    def quit_when_all_are_done():
        while len(ended) < 20:
            gevent.sleep(0.05)
        environment.runner.quit()

    gevent.spawn(quit_when_all_are_done)
