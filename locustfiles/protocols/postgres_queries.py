"""PostgreSQL by `locust.contrib.postgres`: statements are requests.

psycopg waits with gevent's help, so a slow statement of one user does not hold up the others.

rlocust -f postgres_queries.py --headless -u 10 -r 10 -t 10s -H postgresql://postgres@127.0.0.1/postgres
                                                                            (pip install "rlocust[postgres]")
"""

from locust import constant, task
from locust.contrib.postgres import PostgresUser


class Reader(PostgresUser):
    wait_time = constant(0.05)

    def __init__(self, environment):
        self.conn_string = environment.host
        super().__init__(environment)

    @task(3)
    def count(self):
        self.client.execute_query("SELECT count(*) FROM pg_class")

    @task
    def wait(self):
        self.client.execute_query("SELECT pg_sleep(0.02)")
