"""Two environments in one process, each with its own page and its own test."""

import locust  # noqa: F401 isort: skip - it patches what the others import
import gevent
import requests
from locust.env import Environment

from locust import User, constant, task


class First(User):
    wait_time = constant(0.05)
    host = "http://first"

    @task
    def work(self):
        self.environment.events.request.fire(
            request_type="GET", name=type(self).__name__, response_time=1, response_length=1, exception=None, context={}
        )


class Second(First):
    host = "http://second"


pages = []
for user_class in (First, Second):
    environment = Environment(user_classes=[user_class])
    environment.create_local_runner()
    pages.append(environment.create_web_ui("127.0.0.1", 0))


def address(web_ui):
    with gevent.Timeout(20):
        while web_ui.server is None or not web_ui.server.server_port:
            gevent.sleep(0.01)
    return f"http://127.0.0.1:{web_ui.server.server_port}"


print(requests.post(f"{address(pages[0])}/swarm", data={"user_count": 2, "spawn_rate": 10}).json()["success"])
with gevent.Timeout(20):
    while pages[0].environment.stats.num_requests == 0 or pages[0].environment.runner.state != "running":
        gevent.sleep(0.01)
with gevent.Timeout(20):
    while len(requests.get(f"{address(pages[0])}/stats/requests").json()["stats"]) < 2:
        gevent.sleep(0.1)
for web_ui in pages:
    stats = requests.get(f"{address(web_ui)}/stats/requests").json()
    print(stats["state"], stats["user_count"], [row["name"] for row in stats["stats"]])
pages[0].environment.runner.quit()
for web_ui in pages:
    web_ui.stop()
    web_ui.greenlet.join()
print([bool(web_ui.greenlet) for web_ui in pages])
