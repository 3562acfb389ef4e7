"""A worker, and a master that the program plays: joining, targets, options, messages, a stop, the end."""

import logging
import time
from argparse import Namespace
from datetime import datetime

import locust.runners
from locust.env import Environment

from locust import User, constant, tag, task
from tests.compat.programs.cluster.peers import Master
from tests.compat.programs.helpers import Lines, until

locust.runners.WORKER_REPORT_INTERVAL = 0.2


class Idle(User):
    wait_time = constant(60)

    @tag("none")
    @task
    def work(self):
        pass


class Failing(User):
    wait_time = constant(60)

    @tag("none")
    @task
    def fail(self):
        raise ValueError("wrong")


def state():
    print("state", worker.state, worker.worker_state, worker.user_classes_count)


logger = logging.getLogger("locust.runners")
logger.addHandler(Lines())
logger.setLevel(logging.INFO)
options = Namespace(own="", tags=None, host=None, num_users=3, headless=True, web_base_path="")
environment = Environment(
    user_classes=[Idle, Failing],
    parsed_options=options,
    available_user_classes={"Idle": Idle},
    available_user_tasks={"Idle": []},
)
environment.events.test_start.add_listener(lambda environment: print("test_start", options.own))
environment.events.test_stopping.add_listener(lambda environment: print("test_stopping"))
environment.events.test_stop.add_listener(lambda environment: print("test_stop"))
complete = []
environment.events.spawning_complete.add_listener(lambda user_count: complete.append(user_count))
environment.events.report_to_master.add_listener(lambda client_id, data: data.update(extra=[1]))
heard = []
environment.events.heartbeat_received.add_listener(lambda client_id, timestamp: heard.append(client_id))

print("- joining")
master = Master()
worker = environment.create_worker_runner("127.0.0.1", master.port)
print(worker.worker_index, worker.connected, worker.client_id == master.client_id, master.wait_for("client_ready"))
beat = master.wait_for("heartbeat")
print({name: type(value) for name, value in beat.items() if name in ("state", "current_memory_usage")}, beat["state"])
until(lambda: heard)
print(set(heard) == {worker.client_id}, worker.last_heartbeat_timestamp is not None)
report = master.wait_for("stats")
print([name for name in report if name != "rlocust"])
print(report["stats"], report["errors"], report["user_classes_count"], report["user_count"], report["extra"])
print(list(report["stats_total"]))
state()


def target(at, host=None, **counts):
    master.send(
        "spawn",
        {
            "timestamp": at,
            "user_classes_count": counts,
            "host": host,
            "stop_timeout": 0.0,
            "parsed_options": {"own": "theirs", "tags": ["none"], "num_users": 9, "headless": False},
        },
    )


print("- targets")
now = time.time()
target(now, Idle=2, Failing=0)
print(master.wait_for("spawning_complete"), options.own, options.tags, options.num_users, options.headless)
state()
target(now, Idle=9, Failing=9)
target(now + 1, host="http://given", Idle=1, Failing=1)
print(master.wait_for("spawning_complete", 2), Idle.host, environment.host)
data = master.wait_for("exception")
print([name for name in data if name != "rlocust"], data["msg"], "in fail" in data["traceback"], worker.exceptions)
master.send("spawning_complete", {"user_count": 77})
until(lambda: complete)
print(complete)

print("- messages")
worker.register_message("plain", lambda environment, msg: print(msg.type, msg.data, msg.node_id == worker.client_id))
worker.register_message("parallel", lambda environment, msg: print(msg.data), concurrent=True)
master.send("plain", ("u1", {"a": 1.5}, None, True, {3: b"x"}, datetime(2026, 1, 2, 3, 4, 5, 6)))
master.send("unheard")
master.send("parallel", "beside")
master.send("update_user_class", {"user_class_name": "Idle", "weight": 5})
until(lambda: Idle.weight == 5)
worker.send_message("own", {"when": datetime(2026, 1, 2), 1: (2, 3)})
print(master.wait_for("own"))
try:
    worker.start(1, 1)
except NotImplementedError as error:
    print(error)

print("- a stop")
master.send("stop")
master.wait_for("client_stopped")
print(master.wait_for("client_ready", 2), master.kinds()[-1] in ("client_ready", "heartbeat", "stats"))
until(lambda: worker.worker_state == "ready")
state()
target(now + 2, Idle=1, Failing=0)
print(master.wait_for("spawning_complete", 3))

print("- the end")
reports = master.kinds().count("stats")
master.send("quit")
worker.greenlet.join()
until(lambda: master.kinds().count("stats") > reports)
environment.events.quitting.fire(environment=environment, reverse=True)
master.wait_for("quit")
print(master.kinds()[-1], worker.user_count)
