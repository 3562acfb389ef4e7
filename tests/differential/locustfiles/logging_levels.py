# run: --loglevel warning
import logging

from _lab import Client, end_run

from locust import task


class Visitor(Client):
    @task
    def talk(self):
        logging.info("not shown")
        logging.warning("shown")
        self.client.get("/json")
        end_run(self)
