# run: --logfile log.txt
import logging

from _lab import Client, end_run, say

from locust import events, task


@events.quit.add_listener
def show(**_):
    with open("log.txt") as file:
        for line in file:
            say(line.rstrip().partition("/")[2])


class Visitor(Client):
    @task
    def talk(self):
        logging.info("into the file")
        self.client.get("/json")
        end_run(self)
