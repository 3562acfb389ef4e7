"""Workers that come and go while a test runs: after each change all users are there again."""

import logging
import os

import gevent
import locust.runners
from locust.env import Environment

from tests.compat.programs.cluster.peers import Worker
from tests.compat.programs.helpers import until
from tests.compat.programs.runner.idle import Idle, Other

logging.disable()
os.environ["LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP"] = "30"
locust.runners.HEARTBEAT_INTERVAL = 0.3
environment = Environment(user_classes=[Idle, Other])
master = environment.create_master_runner("127.0.0.1", 0)
workers = {}


def join(name):
    workers[name] = Worker(master.server.port, name)
    workers[name].send("client_ready", "2.47.0")
    until(lambda: name in master.clients)


def show():
    """Once all of them run somewhere. A worker that a busy machine has made miss its heartbeats comes back."""
    until(lambda: master.worker_count == len(workers))
    until(lambda: master.state == "running" and sum(map(users_of, workers.values())) == 4)
    until(lambda: master.user_count == 4)
    print(f"{master.user_count} users on {master.worker_count} worker{'s' if master.worker_count > 1 else ''}")


def users_of(worker):
    return sum(worker.targets().values()) if "spawn" in worker.kinds() else 0


def leave(name):
    workers.pop(name).send("quit")
    until(lambda: name not in master.clients)


join("a")
gevent.spawn(master.start, 4, 100)
show()
join("b")
show()
join("c")
show()
leave("a")
show()
workers.pop("b").fall_silent()
until(lambda: [worker.id for worker in master.clients.missing] == ["b"])
print("missing", master.user_count < 4, [worker.id for worker in master.clients.missing])
locust.runners.HEARTBEAT_DEAD_INTERNAL = -1
join("d")
show()
leave("d")
show()
