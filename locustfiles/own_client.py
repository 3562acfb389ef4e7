"""A client of one's own: anything that takes time can be a request, reported to Locust by `events.request.fire`.

Here it is Python's own XML-RPC client, wrapped in a few lines; a server for it starts inside the test.

rlocust -f own_client.py --headless -u 3 -r 3 -t 10s
"""

import time
from xmlrpc.client import Fault, ServerProxy
from xmlrpc.server import SimpleXMLRPCServer

import gevent
from locust import User, constant, events, task


@events.init.add_listener
def serve(environment, **_):
    server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
    server.register_function(lambda a, b: a + b, "add")
    server.register_function(lambda a, b: a // b, "divide")
    environment.rpc_address = "http://{}:{}".format(*server.server_address)
    environment.rpc_greenlet = gevent.spawn(server.serve_forever)


class TimedProxy:
    """Calls methods of a server by their names, and reports each call."""

    def __init__(self, address, request_event):
        self._address = address
        self._request_event = request_event

    def __getattr__(self, name):
        def call(*arguments):
            report = {"request_type": "xmlrpc", "name": name, "response_length": 0, "context": {}, "exception": None}
            report["start_time"] = time.time()
            started = time.perf_counter()
            answer = None
            try:
                with ServerProxy(self._address) as server:
                    answer = getattr(server, name)(*arguments)
                report["response_length"] = len(str(answer))
            except Fault as fault:
                report["exception"] = fault
            report["response_time"] = (time.perf_counter() - started) * 1000
            report["response"] = answer
            self._request_event.fire(**report)
            return answer

        return call


class XmlRpcUser(User):
    """A base for users of such a server: derive from it and call `self.client.<method>`."""

    abstract = True

    def __init__(self, environment):
        super().__init__(environment)
        self.client = TimedProxy(environment.rpc_address, environment.events.request)


class Calculator(XmlRpcUser):
    wait_time = constant(0.05)

    @task(3)
    def add(self):
        assert self.client.add(2, 3) == 5

    @task
    def divide(self):
        self.client.divide(1, 0)  # the server's ZeroDivisionError comes back as a fault
