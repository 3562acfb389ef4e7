"""A master and a worker in one process: a test, its statistics, what listeners and a plug-in put into reports."""

import logging
import os

import gevent
import locust.runners
from locust.env import Environment
from locust.exception import RunnerAlreadyExistsError

from locust import User, constant, task
from tests.compat.programs.helpers import until

logging.disable()
os.environ["LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP"] = "100 * WORKER_REPORT_INTERVAL"
locust.runners.WORKER_REPORT_INTERVAL = 0.3


class Working(User):
    wait_time = constant(60)

    @task
    def work(self):
        for number in range(100):
            self.environment.events.request.fire(
                request_type="GET", name="/", response_time=number, response_length=10, exception=None
            )
        self.environment.events.request.fire(
            request_type="GET", name="/bad", response_time=5.5, response_length=0, exception=ValueError("wrong")
        )
        raise KeyError("lost")


class Plain(User):
    wait_time = constant(60)

    @task
    def work(self):
        pass


leader = Environment(user_classes=[Working, Plain])
master = leader.create_master_runner("127.0.0.1", 0)
follower = Environment(user_classes=[Working, Plain])
worker = follower.create_worker_runner("127.0.0.1", master.server.port)
try:
    leader.create_master_runner("127.0.0.1", 0)
except RunnerAlreadyExistsError as error:
    print(type(error).__name__)
until(lambda: master.clients.ready)
print(type(leader.runner).__name__, type(follower.runner).__name__, worker.worker_index, master.worker_count)
print(follower.stats.use_response_times_cache, leader.stats.use_response_times_cache)


def totals():
    total = leader.stats.total
    print(total.num_requests, total.num_failures, total.total_response_time, total.max_response_time)
    print(total.min_response_time, total.total_content_length, total.get_response_time_percentile(0.95))
    print({name: (entry.num_requests, entry.num_failures) for name, entry in sorted(leader.stats.entries.items())})
    print([(error.method, error.name, error.occurrences, error.error) for error in leader.stats.errors.values()])
    print([(row["msg"], row["count"], row["nodes"] == {worker.client_id}) for row in master.exceptions.values()])


print("- a test")
master.start(4, 100)
until(lambda: leader.stats.total.num_requests == 202 and master.exceptions)
until(lambda: sum(row["count"] for row in master.exceptions.values()) == 2)
totals()
print(master.user_count, dict(master.reported_user_classes_count), worker.user_classes_count)

print("- reports that others see")
seen = []
follower.events.report_to_master.add_listener(lambda client_id, data: data.update(extra="of the suite"))
leader.events.worker_report.add_listener(lambda client_id, data: seen.append((client_id, data)))
worker.spawn_users({"Working": 1})
until(lambda: leader.stats.total.num_requests == 303 and any(data["stats"] for _, data in seen))
until(lambda: len(leader.stats.errors) == 1 and sum(row["count"] for row in master.exceptions.values()) == 3)
client_id, data = next((client_id, data) for client_id, data in seen if data["stats"])
print(client_id == worker.client_id, data["extra"], sorted(entry["name"] for entry in data["stats"]))
totals()
reports = len(seen)
worker._send_stats()
until(lambda: len(seen) > reports)

print("- both ways")
heard = []
for runner in (master, worker):
    runner.register_message("said", lambda environment, msg: print(msg.data) or heard.append(msg))
master.send_message("said", "to all")
until(lambda: len(heard) == 1)
master.send_message("said", "to one", client_id=worker.client_id)
until(lambda: len(heard) == 2)
worker.send_message("said", "to the master")
until(lambda: len(heard) == 3)

print("- a stop and another test")
master.stop()
until(lambda: master.state == "stopped" and master.clients.ready)
print(worker.user_count, worker.worker_state)
master.start(2, 100)
until(lambda: leader.stats.total.num_requests == 101)
print(leader.stats.total.num_requests, worker.worker_index, master.worker_count)

print("- the end")
leaving = gevent.spawn(master.quit)
worker.greenlet.join()
follower.events.quitting.fire(environment=follower, reverse=True)  # as at the end of a worker's process
leaving.join()
print(bool(master.greenlet), worker.user_count, worker.state)
