"""A plain program with a page: started, asked, stopped."""

import locust  # noqa: F401 isort: skip - it patches what the others import
import gevent
import requests
from locust.env import Environment
from locust.stats import StatsCSV, stats_history

from locust import User, constant, events, task
from tests.compat.programs.helpers import until


class Worker(User):
    wait_time = constant(0.02)
    host = "http://nowhere"

    @task
    def work(self):
        self.environment.events.request.fire(
            request_type="GET", name="/work", response_time=1, response_length=1, exception=None, context={}
        )


class OwnCSV(StatsCSV):
    def requests_csv(self, csv_writer):
        csv_writer.writerow(["own", "columns"])


environment = Environment(user_classes=[Worker], events=events)
runner = environment.create_local_runner()
web_ui = environment.create_web_ui("127.0.0.1", 0, stats_csv_writer=OwnCSV(environment, [0.5]))
environment.events.init.fire(environment=environment, runner=runner, web_ui=web_ui)
print(web_ui.server, type(web_ui.greenlet).__name__)
gevent.spawn(stats_history, runner)
runner.start(1, spawn_rate=10)
until(lambda: web_ui.server and web_ui.server.server_port)
until(lambda: runner.state == "running" and environment.stats.num_requests > 0)
here = f"http://127.0.0.1:{web_ui.server.server_port}"
until(lambda: len(requests.get(f"{here}/stats/requests").json()["stats"]) == 2)
stats = requests.get(f"{here}/stats/requests").json()
print(stats["state"], stats["user_count"], [row["name"] for row in stats["stats"]])
print(requests.get(f"{here}/stats/requests/csv").text.strip())
print(requests.post(f"{here}/stop").json(), runner.state)
gevent.spawn(web_ui.stop)
web_ui.greenlet.join()
print(bool(web_ui.greenlet), runner.state)
try:
    requests.get(here, timeout=30)
except requests.ConnectionError:
    print("nobody answers any more")
runner.quit()
