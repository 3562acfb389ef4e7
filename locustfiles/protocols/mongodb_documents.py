"""MongoDB by `locust.contrib.mongodb`: documents are found and read.

rlocust -f mongodb_documents.py --headless -u 10 -r 10 -t 10s -H mongodb://127.0.0.1   (pip install "rlocust[mongodb]")
"""

from locust import constant, task
from locust.contrib.mongodb import MongoDBUser


class Clerk(MongoDBUser):
    db_name = "shop"
    wait_time = constant(0.05)

    def __init__(self, environment):
        self.conn_string = environment.host
        super().__init__(environment)

    @task
    def open_orders(self):
        self.client.execute_query("orders", {"open": True})
