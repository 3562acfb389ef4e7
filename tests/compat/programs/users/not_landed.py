from locust.env import Environment
from locust.rpc import Message, rpc
from locust.runners import DistributedRunner, LocalRunner, MasterRunner, Runner, WorkerRunner

from locust import html
from tests.compat.programs.helpers import attempt

print(issubclass(MasterRunner, DistributedRunner), issubclass(WorkerRunner, DistributedRunner))
print(issubclass(DistributedRunner, Runner), issubclass(LocalRunner, DistributedRunner))
environment = Environment()
for call in (
    environment.create_web_ui,
    environment.create_master_runner,
    lambda: environment.create_worker_runner("localhost", 5557),
    lambda: html.get_html_report(environment),
    lambda: rpc.Server("*", 5557),
    lambda: rpc.Client("localhost", 5557, "id"),
):
    attempt(call)
print(Message("type", {"a": 1}, "node"))
