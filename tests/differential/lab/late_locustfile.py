"""`gevent.Timeout` around calls of FastHttpUser that never get to send, and around one that hangs after sending."""

import json
import os

import gevent

from locust import FastHttpUser, task

PORTS = json.loads(os.environ["LAB_PORTS"])


class Visitor(FastHttpUser):
    host = f"http://127.0.0.1:{PORTS['http']}"

    @task
    def give_up(self):
        for name, url in (("never sent", f"http://127.0.0.1:{PORTS['full']}/"), ("sent", "/hang")):
            with gevent.Timeout(1, False):
                self.client.get(url, name=name)
        gevent.spawn(self.environment.runner.quit)
        gevent.sleep(60)
