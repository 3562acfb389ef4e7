# run: --my-text given --my-flag --my-number 7
from _lab import end_run, say

from locust import User, events, task


@events.init_command_line_parser.add_listener
def add(parser):
    parser.add_argument("--my-text", env_var="MY_TEXT", default="", help="a text")
    parser.add_argument("--my-flag", action="store_true", include_in_web_ui=False)
    parser.add_argument("--my-number", type=int, default=1, is_secret=True)
    parser.add_argument("--my-choice", choices=["a", "b"], default="a")


@events.test_start.add_listener
def start(environment, **_):
    options = environment.parsed_options
    say(options.my_text, options.my_flag, options.my_number, options.my_choice)
    say(
        options.num_users,
        options.spawn_rate,
        options.run_time,
        options.headless,
        options.loglevel,
        options.stop_timeout,
    )


class Visitor(User):
    @task
    def work(self):
        say(self.environment.parsed_options.my_text)
        end_run(self)
