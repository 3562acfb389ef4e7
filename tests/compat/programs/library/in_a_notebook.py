"""Executes cells in a Jupyter kernel, where an asyncio loop already runs, and prints what each cell printed.

Run by the Python of an environment that has nbclient and ipykernel; the cells find the `locust` of that environment.
"""

import sys

import nbformat  # type: ignore[import-not-found,unused-ignore]
from nbclient import NotebookClient  # type: ignore[import-not-found,unused-ignore]

CELLS = [
    "{start}",
    """
import gevent
from locust import User, constant, task
from locust.env import Environment

class Mine(User):
    wait_time = constant(0.01)

    @task
    def call(self):
        with self.environment.events.request.measure("CALL", "mine"):
            gevent.sleep(0.001)

environment = Environment(user_classes=[Mine])
runner = environment.create_local_runner()
""",
    """
runner.start(2, spawn_rate=100)
with gevent.Timeout(30):
    while environment.stats.total.num_requests < 20:
        gevent.sleep(0.01)
print(runner.state, runner.user_count)
""",
    """
runner.quit()
runner.greenlet.join()
print(runner.state, environment.stats.total.num_requests >= 20, list(environment.stats.entries))
""",
    """
import asyncio
import threading
await asyncio.sleep(0.01)
print("the kernel's loop goes on:", await asyncio.to_thread(lambda: threading.current_thread().name[:8]))
""",
    """
from locust import HttpUser

class ToNobody(HttpUser):
    host = "http://127.0.0.1:1"
    wait_time = constant(0.01)

    @task
    def get(self):
        self.client.get("/")
        if self.environment.stats.total.num_failures == 3:
            self.environment.runner.quit()

second = Environment(user_classes=[ToNobody])
second.create_local_runner().start(1, spawn_rate=1)
second.runner.greenlet.join()
print(second.runner.state, second.stats.total.num_failures)
""",
]

notebook = nbformat.v4.new_notebook()
notebook.cells = [nbformat.v4.new_code_cell(cell.replace("{start}", sys.argv[1])) for cell in CELLS]
NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
for cell in notebook.cells:
    for output in cell.outputs:
        print(output.get("text") or output, end="")
