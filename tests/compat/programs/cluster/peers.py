"""The other side of a node under test: workers and masters that do what the program says, by Locust's own sockets."""

import gevent
from locust.rpc import Message, rpc

from tests.compat.programs.helpers import until


class Worker:
    """A worker of the program. It answers each target as if it had the users, and beats once it was acknowledged."""

    def __init__(self, port, name):
        self.name = name
        self.state = "ready"
        self.beating = None
        self.got = []
        self.client = rpc.Client("127.0.0.1", port, name)
        self.listener = gevent.spawn(self.listen)

    def send(self, kind, data=None):
        self.client.send(Message(kind, data, self.name))

    def listen(self):
        while True:
            message = self.client.recv()
            self.got.append(message)
            if message.type == "ack" and not self.beating:
                self.beating = gevent.spawn(self.beat)
            if message.type == "spawn":
                counts = message.data["user_classes_count"]
                self.state = "running"
                self.send("spawning")
                self.send("spawning_complete", {"user_classes_count": counts, "user_count": sum(counts.values())})

    def beat(self):
        while True:
            self.send("heartbeat", {"state": self.state, "current_cpu_usage": 1.5, "current_memory_usage": 12})
            gevent.sleep(0.5)

    def fall_silent(self):
        self.beating.kill()

    def kinds(self):
        return [message.type for message in self.got if message.type != "heartbeat"]

    def wait_for(self, kind, times=1):
        """The data of the message of this kind that comes as the so-manieth."""
        until(lambda: [message.type for message in self.got].count(kind) >= times)
        return [message.data for message in self.got if message.type == kind][times - 1]

    def targets(self):
        """What it was told last to run."""
        return [message.data["user_classes_count"] for message in self.got if message.type == "spawn"][-1]


class Master:
    """A master of the program, which acknowledges workers and answers their heartbeats."""

    def __init__(self, answers=True):
        self.answers = answers
        self.got = []
        self.server = rpc.Server("127.0.0.1", 0)
        self.port = self.server.port
        self.listener = gevent.spawn(self.listen)

    def listen(self):
        while True:
            self.client_id, message = self.server.recv_from_client()
            self.got.append(message)
            if message.type == "client_ready" and self.answers:
                if hasattr(self.server, "_node"):
                    self.server._node.admit(self.client_id, 7)  # ours hands on heartbeats of known workers only
                self.send("ack", {"index": 7})
            if message.type == "heartbeat" and self.answers:
                self.send("heartbeat")

    def fall_silent(self):
        self.answers = False
        if hasattr(self.server, "_node"):
            self.server._node.forget(self.client_id)

    def send(self, kind, data=None):
        self.server.send_to_client(Message(kind, data, self.client_id))

    def wait_for(self, kind, times=1):
        until(lambda: self.kinds().count(kind) >= times)
        return [message.data for message in self.got if message.type == kind][times - 1]

    def kinds(self):
        return [message.type for message in self.got]
