"""MongoDBUser: documents found, a refused find, the client closed when the user stops. Argument: the server."""

import sys

from locust.contrib.mongodb import MongoDBUser

from tests.compat.programs.contrib.shown import environment, show


class Clerk(MongoDBUser):
    conn_string = sys.argv[1]
    db_name = "shop"


clerk = Clerk(environment())
clerk.client.execute_query("orders", {"open": True})
show("found", 1)
clerk.client.execute_query("broken", {})
show("refused", 1)
clerk.on_stop()
try:
    clerk.client.execute_query("orders", {})
except Exception as error:
    print(type(error).__name__)
show("closed", 0)
