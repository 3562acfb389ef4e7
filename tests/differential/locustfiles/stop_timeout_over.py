# run: -u 1 --stop-timeout 1
import gevent
from _lab import Client, say

from locust import task


class Visitor(Client):
    @task
    def work(self):
        gevent.spawn(self.environment.runner.quit)
        gevent.sleep(60)

    def on_stop(self):
        say("on_stop")
