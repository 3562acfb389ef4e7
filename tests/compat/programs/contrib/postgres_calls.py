"""PostgresUser: a statement, a wrong one and its transaction, two users at a time. Argument: the server."""

import sys

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

second.client.execute_query("SELECT pg_advisory_lock(1)")
waiting = gevent.spawn(first.client.execute_query, "SELECT pg_advisory_lock(1)")
gevent.joinall([waiting, gevent.spawn(second.client.execute_query, "SELECT pg_advisory_unlock(1)")])
show("the first waits for what the second gives back meanwhile", 3)
first.on_stop()
first.client.execute_query("SELECT 1")
show("after the stop", 1)
