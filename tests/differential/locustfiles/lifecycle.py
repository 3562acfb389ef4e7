# run: -u 2 -r 2
from _lab import Client, end_run, say
from locust.runners import LocalRunner, MasterRunner, WorkerRunner

from locust import events, task


def state(environment):
    runner = environment.runner
    return (runner.state, runner.user_count) if runner else None


@events.init_command_line_parser.add_listener
def on_parser(parser, **kwargs):
    say("init_command_line_parser", sorted(kwargs), type(parser).__name__)


@events.init.add_listener
def on_init(environment, **kwargs):
    say("init", sorted(kwargs), kwargs["web_ui"], state(environment))
    runner = environment.runner
    say(isinstance(runner, LocalRunner), isinstance(runner, MasterRunner), isinstance(runner, WorkerRunner))

    @environment.events.quitting.add_listener
    def late_quitting(environment, **kwargs):
        say("quitting, registered late")

    @environment.events.spawning_complete.add_listener
    def late_spawning_complete(user_count, **kwargs):
        say("spawning_complete, registered late", state(environment))


@events.test_start.add_listener
def on_test_start(environment, **kwargs):
    say("test_start", sorted(kwargs), state(environment), environment.host == environment.parsed_options.host)


@events.spawning_complete.add_listener
def on_spawning_complete(user_count, **kwargs):
    say("spawning_complete", user_count, sorted(kwargs))


@events.test_stopping.add_listener
def on_test_stopping(environment, **kwargs):
    say("test_stopping", sorted(kwargs), state(environment))


@events.test_stop.add_listener
def on_test_stop(environment, **kwargs):
    say("test_stop", sorted(kwargs), state(environment))


@events.quitting.add_listener
def on_quitting(environment, **kwargs):
    say("quitting", sorted(kwargs), state(environment))


@events.quit.add_listener
def on_quit(exit_code, **kwargs):
    say("quit", exit_code, sorted(kwargs))


class Visitor(Client):
    started = 0
    finished = 0

    def __init__(self, environment):
        super().__init__(environment)
        say("constructed", state(environment))

    def on_start(self):
        say("on_start")
        self.client.get("/json", name="on_start")

    @task
    def work(self):
        Visitor.started += 1
        say("task", Visitor.started)
        self.client.get("/json", name="task")
        Visitor.finished += 1
        if Visitor.finished == 2:
            end_run(self)
        self.environment.runner.greenlet.join()

    def on_stop(self):
        say("on_stop")
        self.client.get("/json", name="on_stop")
