"""What locust-plugins brings: options, iterations, a CSV reader, waits, transactions, listeners."""

import os

import locust_plugins  # noqa: F401 - brings options and listeners
from locust_plugins import wait_time
from locust_plugins.csvreader import CSVDictReader
from locust_plugins.listeners import StopUserOnFail
from locust_plugins.listeners.jmeter import JmeterListener
from locust_plugins.transaction_manager import TransactionManager

import locust
from locust import HttpUser, events, task

rows = CSVDictReader(os.environ["ROWS"])


@events.init.add_listener
def listen(environment, **_):
    print("locust is", "rlocust's" if "_shim" in locust.__file__ else "its own")
    JmeterListener(env=environment, testplan="plan", results_filename=os.environ["RESULTS"], flush_size=1)
    StopUserOnFail(environment)  # last: what it raises skips the listeners after it


class Buyer(HttpUser):
    wait_time = wait_time.constant_total_ips(200)

    def on_start(self):
        self.transactions = TransactionManager()

    @task
    def buy(self):
        self.transactions.start_transaction("purchase")
        with self.rest("GET", "/json"):
            pass
        self.client.get("/text", name=f"of {next(rows)['name']}")
        self.transactions.end_transaction("purchase")


class Unlucky(HttpUser):
    fixed_count = 1

    @task
    def fail(self):
        self.client.get("/status/404", name="fails once")
