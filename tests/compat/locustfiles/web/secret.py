"""An option whose value nobody is to see."""

import logging

from locust import User, constant, events, task


@events.init_command_line_parser.add_listener
def add_option(parser):
    parser.add_argument("--password", default="", is_secret=True)


@events.test_start.add_listener
def say(environment, **_):
    logging.info("the password is %s", environment.parsed_options.password)


class Quiet(User):
    wait_time = constant(1)
    host = "http://nowhere"

    @task
    def work(self):
        pass
