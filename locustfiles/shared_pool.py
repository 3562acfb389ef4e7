"""A shared pool: all users go through ten connections, however many they are; who finds none free waits.

rlocust demo --port 8000
rlocust -f shared_pool.py --headless -u 50 -r 50 -t 10s -H http://127.0.0.1:8000
"""

from locust import HttpUser, constant, task
from urllib3 import PoolManager


class Visitor(HttpUser):
    wait_time = constant(0.1)
    pool_manager = PoolManager(maxsize=10, block=True)

    @task
    def visit(self):
        self.client.get("/delay/20")
