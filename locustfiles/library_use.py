"""A plain Python program that drives everything itself: environment, runner, page, tables, end.

rlocust demo --port 8000        (a server to try it on, in another terminal)
rlocust run library_use.py http://127.0.0.1:8000 8089
"""

import json
import sys

import gevent
from locust import HttpUser, constant, task
from locust.env import Environment
from locust.log import setup_logging
from locust.stats import stats_history, stats_printer
from requests import get  # behind locust, which patches what it imports

host, port = sys.argv[1], int(sys.argv[2])
sys.argv[1:] = []  # Locust's own options are read from there when the page is made


class Visitor(HttpUser):
    wait_time = constant(0.1)

    @task
    def visit(self):
        self.client.get("/text")


setup_logging("INFO")
env = Environment(user_classes=[Visitor], host=host, stop_timeout=10)
runner = env.create_local_runner()
web_ui = env.create_web_ui("127.0.0.1", port)
env.events.init.fire(environment=env, runner=runner, web_ui=web_ui)

printer = gevent.spawn(stats_printer(env.stats))
gevent.spawn(stats_history, env.runner)
runner.start(1, spawn_rate=10)

gevent.sleep(1)
page = get(f"http://127.0.0.1:{port}/stats/requests")

gevent.spawn_later(1, runner.quit)
runner.greenlet.join()
web_ui.stop()
printer.kill()

figures = {"requests": env.stats.total.num_requests, "entries": sorted(env.stats.entries), "page": page.status_code}
print(json.dumps(figures))
