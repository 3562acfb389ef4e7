# What a Markov chain is told about itself when its class is made, and how one nests in other task sets.
import random

from _lab import end_run, say
from locust.user.markov_taskset import (
    InvalidTransitionError,
    MarkovTaskTagError,
    NoMarkovTasksError,
    NonMarkovTaskTransitionError,
)

from locust import MarkovTaskSet, TaskSet, User, tag, task, transition, transitions

random.seed(11)


def attempt(make):
    try:
        make()
        say(make.__name__, "made")
    except Exception as error:
        say(make.__name__, type(error).__name__, error)


@attempt
def no_tasks():
    class Empty(MarkovTaskSet):
        @task
        def not_a_step(self):
            pass


@attempt
def abstract():
    class Empty(MarkovTaskSet):
        abstract = True


@attempt
def nowhere():
    class Lost(MarkovTaskSet):
        @transition("nowhere")
        def here(self):
            pass


@attempt
def dead_end():
    class Lost(MarkovTaskSet):
        @transition("there")
        def here(self):
            pass

        def there(self):
            pass


@attempt
def tagged():
    class Tagged(MarkovTaskSet):
        @tag("slow")
        @transition("here")
        def here(self):
            pass


@attempt
def unreachable():
    class Islands(MarkovTaskSet):
        @transition("here")
        def here(self):
            pass

        @transition("there")
        def there(self):
            pass


@attempt
def wrong_name():
    class Runs(MarkovTaskSet):
        @transition("run")
        def run(self):
            pass


@attempt
def on_start_step():
    class Starts(MarkovTaskSet):
        @transition("on_start")
        def on_start(self):
            pass


say([each.__mro__[1].__name__ for each in (NoMarkovTasksError, InvalidTransitionError)])
say([each.__mro__[1].__name__ for each in (MarkovTaskTagError, NonMarkovTaskTransitionError)])


class Visitor(User):
    steps = 0

    def note(self, word):
        say(word)
        self.steps += 1
        if self.steps == 25:
            end_run(self)

    @task
    class Walk(MarkovTaskSet):
        def on_start(self):
            self.user.note("enter the walk")

        @transitions({"first": 1, "second": 2, "leave": 1})
        def first(self):
            self.user.note("first")

        @transition("first", weight=3)
        @transition("leave")
        def second(self):
            self.user.note("second")

        @transition("first")
        def leave(self):
            self.user.note("leave")
            self.interrupt()

        def on_stop(self):
            say("left the walk")

    @task
    class Room(TaskSet):
        @task
        class Inner(MarkovTaskSet):
            @transition("once")
            def once(self):
                self.user.note(f"inner of {type(self.parent).__name__}")
                if self.user.steps % 2:
                    self.interrupt(reschedule=False)

        @task
        def out(self):
            self.user.note("out")
            self.interrupt()
