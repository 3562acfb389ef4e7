"""The history of a writer whose greenlet was killed, or that still writes, when its files are closed."""

import sys
import tempfile
from types import SimpleNamespace

import gevent
from locust.env import Environment

from locust import User, stats, task


class Idle(User):
    @task
    def nothing(self) -> None: ...


def rows(has_ended: bool, seconds: tuple[float, float]) -> list[str]:
    """What the history holds: the requests counted in each row."""
    environment = Environment(user_classes=[Idle])
    environment.create_local_runner()
    with tempfile.TemporaryDirectory() as folder:
        writer = stats.StatsCSVFileWriter(environment, [0.5], folder + "/x", full_history=False)
        stats.time = SimpleNamespace(time=lambda: seconds[0])
        greenlet = gevent.spawn(writer.stats_writer)
        gevent.sleep(0)
        environment.stats.log_request("GET", "/", 1, 1)
        if has_ended:
            greenlet.kill()
        stats.time = SimpleNamespace(time=lambda: seconds[1])
        writer.close_files()
        if not has_ended:
            greenlet.kill()
        with open(folder + "/x_stats_history.csv") as file:
            lines = [line.split(",") for line in file.read().splitlines()]
        column = lines[0].index("Total Request Count")
        return [f"{line[0]}: {line[column]}" for line in lines[1:]]


for has_ended in {"killed": [True], "writing": [False]}[sys.argv[1]]:
    print(rows(has_ended, (100.2, 100.9)), rows(has_ended, (100.2, 101.1)))
