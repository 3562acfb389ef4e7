"""Two environments in one process, each with its own page and its own test."""

import locust  # noqa: F401 isort: skip - it patches what the others import
import requests
from locust.env import Environment

from locust import User, constant, task
from tests.compat.programs.helpers import until


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
    until(lambda: web_ui.server and web_ui.server.server_port)
    return f"http://127.0.0.1:{web_ui.server.server_port}"


print(requests.post(f"{address(pages[0])}/swarm", data={"user_count": 2, "spawn_rate": 10}).json()["success"])
until(lambda: pages[0].environment.stats.num_requests and pages[0].environment.runner.state == "running")
until(lambda: len(requests.get(f"{address(pages[0])}/stats/requests").json()["stats"]) == 2)
for web_ui in pages:
    stats = requests.get(f"{address(web_ui)}/stats/requests").json()
    print(stats["state"], stats["user_count"], [row["name"] for row in stats["stats"]])
pages[0].environment.runner.quit()
for web_ui in pages:
    web_ui.stop()
    web_ui.greenlet.join()
print([bool(web_ui.greenlet) for web_ui in pages])
