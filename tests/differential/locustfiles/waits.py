import random

from _lab import end_run, say

from locust import (
    User,
    between,
    constant,
    constant_pacing,
    constant_throughput,
    events,
    poisson,
    task,
    wait_time,
)

random.seed(7)


class Visitor(User):
    wait_time = between(0.001, 0.002)
    rounds = 0

    @task
    def work(self):
        Visitor.rounds += 1
        say("chosen", Visitor.rounds, round(random.random(), 6))
        if Visitor.rounds == 5:
            self.formulas()
            end_run(self)

    def formulas(self):
        say([round(between(1, 5)(self), 9) for _ in range(5)])
        say([round(poisson(2)(self), 9) for _ in range(5)])
        say(constant(3)(self), constant(1.5)(self), wait_time.constant(2)(self))
        pacing = constant_pacing(30_000)
        say(pacing(self) < 30_000, pacing(self) > 29_900)
        say(round(constant_throughput(0.1)(self), 1) <= 10)
        say(self.wait_time() > 0)
        for factory in (constant_throughput, poisson):
            try:
                say(factory(0)(self))
            except Exception as error:
                say(factory.__name__, type(error).__name__, error)


@events.init.add_listener
def on_init(environment, **_):
    say([c.__name__ for c in environment.user_classes])
