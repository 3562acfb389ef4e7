# Everything that can be a task, and where the list of tasks may be changed.
# ruff: noqa: RUF012 (`tasks` as a list is how a locustfile is written)
import random
from functools import partial

from _lab import end_run, say

from locust import SequentialTaskSet, TaskSet, User, task

random.seed(3)
done = []


def note(word, instance):
    user = instance.user if isinstance(instance, TaskSet) else instance
    done.append(word)
    if len(done) == 80:
        say(" ".join(done))
        end_run(user)
    if len(done) == 40:
        type(user).tasks = [late]  # honoured from the next pick on
    if len(done) == 60:
        user.tasks = [late, Callable()]


def plain(instance):
    note("plain", instance)


def late(instance):
    note("late", instance)


class Callable:
    __name__ = "Callable"

    def __call__(self, instance):
        note("object", instance)


class Room(TaskSet):
    tasks = (plain,)

    @task(2)
    def own(self):
        note("own", self)
        self.interrupt(reschedule=random.random() < 0.5)


class Steps(SequentialTaskSet):
    tasks = {plain: 2}

    @task
    def queue(self):
        self.schedule_task(self.bound)
        self.schedule_task(partial(note, "partial"), first=True)
        note("queue", self)

    def bound(self):
        note("bound", self)

    @task
    def leave(self):
        note("leave", self)
        self.interrupt()


class Visitor(User):
    tasks = {plain: 1, Room: 2, Steps: 1, Callable(): 1, (lambda user: note("lambda", user)): 1}

    @task
    def own(self):
        note("method", self)


def attempt(label, **members):
    try:
        made = type(User)(label, (User,), {"abstract": True, **members})
        say(label, [getattr(each, "__name__", type(each).__name__) for each in made.tasks])
    except Exception as error:
        say(label, type(error).__name__, error)


attempt("a_set", tasks={plain})
attempt("a_generator", tasks=(each for each in [plain, late]))
attempt("pairs", tasks=[(plain, 2), late])
attempt("nothing", tasks=None)
attempt("a_number", tasks=3)
attempt("a_text", tasks="ab")
attempt("half_a_weight", tasks={plain: 1.5})
attempt("no_weight", tasks={plain: 0})
attempt("negative", tasks={plain: -1})
