"""Two classes with options, and a runner that starts nobody, however many users it is asked for."""

from locust import User, constant, events, task


class First(User):
    wait_time = constant(1)
    host = "http://first"

    @task
    def work(self):
        pass


class Second(First):
    host = "http://second"


@events.init_command_line_parser.add_listener
def add_options(parser):
    parser.add_argument("--word", default="said")


@events.init.add_listener
def start_nobody(environment, **_):
    environment.runner.start = lambda *args, **kwargs: None
