"""Two user classes and options of every kind for the web form. What a test begins with is said at `test_start`."""

import logging

from locust import User, constant, events, tag, task


@events.init_command_line_parser.add_listener
def add_options(parser):
    parser.add_argument("--text", default="some", help="A text")
    parser.add_argument("--nothing", help="No default")
    parser.add_argument("--count", type=int, default=3)
    parser.add_argument("--ratio", type=float, default=0.5)
    parser.add_argument("--is-on", action="store_true", default=False)
    parser.add_argument("--words", nargs="*", default=["a"], is_multiple=True)
    parser.add_argument("--numbers", nargs="*", type=int, default=[1, 2])
    parser.add_argument("--choice", choices=["red", "blue"], default="red", is_required=True)
    parser.add_argument("--hidden", default="kept", include_in_web_ui=False)


NAMES = ["text", "nothing", "count", "ratio", "is_on", "words", "numbers", "choice", "hidden"]
COMMON = ["num_users", "spawn_rate", "host", "run_time", "profile"]


@events.test_start.add_listener
def say(environment, **_):
    options = vars(environment.parsed_options)
    logging.info("OPTIONS %r", {name: options[name] for name in NAMES + COMMON})
    logging.info("ENVIRONMENT %r %r", environment.host, environment.profile)


@events.reset_stats.add_listener
def say_reset(**kwargs):
    logging.info("RESET %r", kwargs)


def fire(user, name, exception=None):
    user.environment.events.request.fire(
        request_type="GET", name=name, response_time=12, response_length=7, exception=exception, context={}
    )


class First(User):
    wait_time = constant(0.05)
    host = "http://first"

    @tag("a")
    @task(2)
    def work(self):
        fire(self, "/work")

    @task
    def fail(self):
        fire(self, "/fail", ValueError("odd"))


class Second(User):
    wait_time = constant(0.05)
    host = "http://second"
    fixed_count = 1

    @task
    def break_down(self):
        fire(self, "/before")
        raise RuntimeError("broken")
