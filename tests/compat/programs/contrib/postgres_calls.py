"""PostgresUser: a statement, a wrong one and its transaction, two users at a time. Argument: the server."""

import sys
import time

import gevent
from locust.contrib.postgres import PostgresUser

from tests.compat.programs.contrib.shown import environment, show


class Reader(PostgresUser):
    conn_string = sys.argv[1]


everybody = environment()
first, second = Reader(everybody), Reader(everybody)
first.client.execute_query("SELECT 1")
show("a statement", 1)
first.client.execute_query("SELECT nonsense")
first.client.execute_query("SELECT 1")
show("a wrong one, and what follows in its transaction", 2)
first.client.connection.rollback()

clock = time.monotonic()
gevent.joinall([gevent.spawn(user.client.execute_query, "SELECT pg_sleep(1)") for user in (first, second)])
print("waited at the same time:", time.monotonic() - clock < 1.8)
show("two at a time", 2)
first.on_stop()
first.client.execute_query("SELECT 1")
show("after the stop", 1)
