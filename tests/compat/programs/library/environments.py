"""Environments in one process: one after the other, side by side, each with figures, events and a runner of its own."""

from locust.env import Environment

from locust import LoadTestShape, User, constant, events, tag, task
from tests.compat.programs.helpers import until


class Caller(User):
    abstract = True
    wait_time = constant(0.01)

    def call(self, name, exception=None):
        self.environment.events.request.fire(
            request_type="CALL", name=name, response_time=2.0, response_length=3, exception=exception, context={}
        )
        self.environment.made = getattr(self.environment, "made", 0) + 1


class Good(Caller):
    @task
    def call_well(self):
        self.call("good")


class Bad(Caller):
    @task
    def call_badly(self):
        self.call("bad", ValueError("no"))


class Tagged(Caller):
    @tag("one")
    @task
    def one(self):
        self.call("one")

    @tag("two")
    @task
    def two(self):
        self.call("two")


class Steps(LoadTestShape):
    """Follows the figures of its own run: two users, until each has called five times."""

    def tick(self):
        return (2, 10) if self.runner.stats.total.num_requests < 10 else None


def started(user_class, **settings):
    environment = Environment(user_classes=[user_class], **settings)
    environment.create_local_runner().start(2, spawn_rate=100)
    return environment


def has_called(environment, times=10):
    return lambda: environment.stats.total.num_requests >= times


def show(environment):
    total, runner = environment.stats.total, environment.runner
    failures = total.num_failures == total.num_requests and total.num_failures
    errors = [(error.name, error.error) for error in environment.stats.errors.values()]
    print(sorted(environment.stats.entries), bool(failures), errors, runner.state, runner.user_count)
    print(total.avg_response_time, total.get_response_time_percentile(0.95), environment.process_exit_code)


# One after the other; the first keeps its figures.
first = started(Good)
until(has_called(first))
first.runner.quit()
first.runner.greenlet.join()
asked = first.stats.total.num_requests
second = started(Bad)
until(has_called(second))
second.runner.quit()
second.runner.greenlet.join()
show(first)
show(second)
print(first.stats.total.num_requests == asked)

# Side by side; one is stopped, the other goes on.
heard = []
left, right = started(Good), started(Bad, reset_stats=True)
left.events.test_stop.add_listener(lambda environment: heard.append(("left", environment is left)))
right.events.test_stop.add_listener(lambda environment: heard.append(("right", environment is right)))
events.test_stop.add_listener(lambda environment: heard.append("nobody passed these events on"))
until(has_called(left))
left.runner.stop()
seen = right.stats.total.num_requests
until(has_called(right, seen + 10))
print(left.runner.state, right.runner.state, right.runner.user_count, heard)
right.runner.quit()
show(left)
show(right)
print(heard)

# One environment several times: the second test begins with empty figures.
left.made = 0
left.runner.start(1, spawn_rate=1)
until(lambda: left.runner.state == "running" and has_called(left, 1)())
print(left.runner.user_count, left.stats.total.num_requests == left.made)
left.runner.quit()

# A shape, without anybody else who keeps the time.
shaped = Environment(user_classes=[Good], shape_class=Steps())
shaped.create_local_runner().start_shape()
shaped.runner.shape_greenlet.join()
print(shaped.shape_class.runner is shaped.runner, shaped.stats.total.num_requests >= 10, shaped.runner.state)
shaped.runner.quit()

for settings in ({"tags": ["one"]}, {"exclude_tags": ["one"]}):
    Tagged.tasks = [Tagged.one, Tagged.two]
    tagged = started(Tagged, **settings)
    until(has_called(tagged))
    tagged.runner.quit()
    print(settings, sorted(tagged.stats.entries))
