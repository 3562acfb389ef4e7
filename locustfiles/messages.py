"""Messages between nodes: a node registers what it understands, another sends. In a local run both are the same node.

rlocust demo --port 8000
rlocust -f messages.py --headless -u 3 -r 3 -t 10s -H http://127.0.0.1:8000
"""

from locust import HttpUser, constant, events, task
from locust.runners import MasterRunner, WorkerRunner

accounts = []


def take_accounts(environment, msg, **_):
    """On the workers: the accounts their users log in with."""
    accounts.extend(msg.data)
    environment.runner.send_message("thanks", f"{len(msg.data)} accounts arrived")


def hear_thanks(environment, msg, **_):
    """On the master."""
    print(f"{msg.type}: {msg.data}")


@events.init.add_listener
def register(environment, **_):
    if not isinstance(environment.runner, MasterRunner):
        environment.runner.register_message("accounts", take_accounts)
    if not isinstance(environment.runner, WorkerRunner):
        environment.runner.register_message("thanks", hear_thanks)


@events.test_start.add_listener
def send_accounts(environment, **_):
    if not isinstance(environment.runner, WorkerRunner):
        names = [f"user{number}" for number in range(environment.parsed_options.num_users)]
        environment.runner.send_message("accounts", [{"username": name} for name in names])


class Member(HttpUser):
    wait_time = constant(0.05)

    def on_start(self):
        self.username = accounts.pop()["username"]

    @task
    def visit(self):
        self.client.get(f"/echo/{self.username}")
