"""A master, and workers that the program plays: joining, a ramp, strangers, what workers send, a stop, the end."""

import logging
import os

import gevent
import locust.runners
from locust.env import Environment
from locust.rpc import Message

from tests.compat.programs.cluster.peers import Worker
from tests.compat.programs.helpers import log_to_stdout, until
from tests.compat.programs.runner.idle import Idle, Other

os.environ["LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP"] = "30"
locust.runners.HEARTBEAT_INTERVAL = 60  # nobody is missed while this runs
log_to_stdout()
environment = Environment(user_classes=[Idle, Other], host="http://given")
environment.events.worker_connect.add_listener(lambda client_id: print("worker_connect", client_id))
environment.events.test_start.add_listener(lambda environment: print("test_start", environment.runner.state))
environment.events.test_stopping.add_listener(lambda environment: print("test_stopping", environment.runner.state))
environment.events.test_stop.add_listener(lambda environment: print("test_stop", environment.runner.state))
environment.events.spawning_complete.add_listener(lambda user_count: print("spawning_complete", user_count))
master = environment.create_master_runner("127.0.0.1", 0)
port = master.server.port


def state():
    print("state", master.state, master.user_count, master.worker_count, dict(master.reported_user_classes_count))


print("- joining")
master.start(1, 1)
one, two, old = (Worker(port, name) for name in ("a_one", "a_two", "b_old"))
one.send("client_ready", "2.47.0")
print(one.wait_for("ack")["index"])
until(lambda: len(master.clients.ready) == 1)
two.send("client_ready", "2.41.1")
print(two.wait_for("ack")["index"])
until(lambda: len(master.clients.ready) == 2)
old.send("client_ready", None)
old.send("exception", {"msg": "", "traceback": ""})
until(lambda: master.exceptions)
master.exceptions = {}
one.send("client_ready", -1)
print(one.wait_for("ack", 2)["index"], sorted(master.clients), master.worker_indexes, master.get_worker_index("a_two"))

print("- a ramp")
ramp = gevent.spawn(master.start, 4, 2)
ramp.join()
data = one.wait_for("spawn")
print(list(data), data["host"], data["stop_timeout"], data["parsed_options"], isinstance(data["timestamp"], float))
print(one.targets(), two.targets(), one.kinds().count("spawn"), one.wait_for("spawning_complete"))
state()
print(master.target_user_count, dict(master.target_user_classes_count), master.spawn_rate, master.spawning_completed)
print([worker.user_count for worker in master.clients.all], [worker.id for worker in master.clients.running])

print("- strangers")
stranger = Worker(port, "c_stranger")
for kind, data in (
    ("heartbeat", {"state": "running", "current_cpu_usage": 1.0, "current_memory_usage": 1}),
    ("spawning", None),
    ("spawning_complete", {"user_classes_count": {"Idle": 9}, "user_count": 9}),
    ("client_stopped", None),
    ("quit", None),
    ("unheard", None),
):
    stranger.send(kind, data)
stranger.wait_for("quit", 2)
until(lambda: "c_stranger" in master.worker_indexes)
print(stranger.kinds(), sorted(master.clients))
state()

print("- what workers send")
for worker in (one, one, two):
    worker.send("exception", {"msg": "wrong", "traceback": "in a file"})
one.send("logs", {"worker_id": "a_one", "logs": ["a line"]})
one.fall_silent()
one.send("heartbeat", {"state": "running", "current_cpu_usage": 95.5, "current_memory_usage": 123})
one.wait_for("heartbeat")
until(lambda: master.exceptions and environment.worker_logs)
until(lambda: master.clients["a_one"].cpu_usage > 90 and [row["count"] for row in master.exceptions.values()] == [3])
print([(row["msg"], row["count"], sorted(row["nodes"])) for row in master.exceptions.values()], environment.worker_logs)
node = master.clients["a_one"]
print(node.cpu_usage, node.memory_usage, node.heartbeat, node.cpu_warning_emitted, master.worker_cpu_warning_emitted)

print("- coming")
logging.disable()
three = Worker(port, "a_three")
three.send("client_ready", "2.47.0")
one.beating = gevent.spawn(one.beat)
three.wait_for("spawn")
until(lambda: sum(sum(worker.targets().values()) for worker in (one, two, three)) == 4)
until(lambda: master.state == "running" and master.spawning_completed)
print(one.targets(), two.targets(), three.targets())
logging.disable(logging.NOTSET)

print("- a stop")
stop = gevent.spawn(master.stop)
for worker in (one, two, three):
    worker.wait_for("stop")
    worker.state = "ready"
    worker.send("client_stopped")
    until(lambda worker=worker: worker.name not in master.clients)
stop.join()
state()
for worker in (one, two, three):
    worker.send("client_ready", "2.47.0")
    until(lambda worker=worker: worker.name in master.clients)
until(lambda: master.state == "stopped")
state()
print(one.wait_for("ack", 3)["index"], three.wait_for("ack", 2)["index"])

print("- the end")
leaving = gevent.spawn(master.quit)
for worker in (one, two, three):
    worker.wait_for("quit")
    worker.send("quit")
    until(lambda worker=worker: worker.name not in master.clients)
leaving.join()
print(bool(master.greenlet), Message("kind", None, "node"))
