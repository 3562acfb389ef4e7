"""Every method of the task loop can be replaced, and whoever replaces it is called (python-api.md, section 4).

Plug-ins do so on a class while a test runs (locust-plugins counts iterations in `execute_task`), suites in a derived
class or on one user. Each case replaces one method in one way and prints where its replacement was called; both tools
must call it equally often.
"""

import pytest
from snippet import both

#: What each replaced method belongs to: the class to patch, the method.
METHODS = [
    *(
        f"TaskSet.{name}"
        for name in (
            "run on_start on_stop execute_task execute_next_task get_next_task schedule_task wait wait_time _sleep "
            "interrupt user parent client __init__"
        ).split()
    ),
    *(f"DefaultTaskSet.{name}" for name in ("execute_task", "get_next_task", "wait", "wait_time", "run")),
    *(f"User.{name}" for name in ("run", "on_start", "on_stop", "wait", "wait_time", "start", "stop", "context")),
    *(f"SequentialTaskSet.{name}" for name in ("get_next_task", "__init__", "execute_task", "wait")),
    *(f"MarkovTaskSet.{name}" for name in ("get_next_task", "__init__", "execute_task", "wait")),
]

PROGRAM = """
from locust.user.task import DefaultTaskSet

class Inner(TaskSet):
    @task
    def leave(self):
        print("leave", self.user.rounds)
        self.user.wait()
        self.interrupt(reschedule=False)

class Sequence(SequentialTaskSet):
    @task
    def first(self):
        pass
    @task
    def last(self):
        self.interrupt()

class Chain(MarkovTaskSet):
    @transition("second")
    def first(self):
        pass
    @transition("first")
    def second(self):
        self.schedule_task(self.scheduled, first=True)
    def scheduled(self):
        self.interrupt()

class Visitor(User):
    tasks = [Inner, Sequence, Chain]
    rounds = 0
    client = "the client"

    @task
    def alone(self):
        self.rounds += 1
        if self.rounds == PATCH_AT:
            apply()
        if self.rounds >= END_AT:
            print("context", self.context())
            self.environment.runner.quit()
            raise StopUser()

owner, name = eval(sys.argv[1].rpartition(".")[0]), sys.argv[1].rpartition(".")[2]
way = sys.argv[2]
PATCH_AT, END_AT = 2, 5
calls = 0

def wrapper(original):
    def replaced(self, *args, **kwargs):
        global calls
        calls += 1
        return original(self, *args, **kwargs)
    return replaced

def apply():
    if way != "in mid-run":
        return
    replace_on(owner)

def replace_on(cls):
    original = getattr(cls, name)
    if isinstance(original, property):
        setattr(cls, name, property(wrapper(original.fget)))
    else:
        setattr(cls, name, wrapper(original))

made = []
if way == "on the class":
    replace_on(owner)
elif way == "on the derived class":
    for derived in (Inner, Sequence, Chain, Visitor):
        if issubclass(derived, owner):
            replace_on(derived)
elif way == "on the instance":
    def remember(self, *args, **kwargs):
        original_init(self, *args, **kwargs)
        if isinstance(self, owner):
            bound = getattr(self, name)
            def replaced(*args, **kwargs):
                global calls
                calls += 1
                return bound(*args, **kwargs)
            setattr(self, name, replaced)
    base = User if issubclass(owner, User) else TaskSet
    original_init = base.__init__
    base.__init__ = remember

random.seed(5)
environment = Environment(user_classes=[Visitor])
runner = environment.create_local_runner()
runner.start(1, 1)
runner.greenlet.join(20)
print("called", calls, "rounds ended at", END_AT, "draws", random.getstate()[1][-1])
"""

WAYS = ("on the class", "in mid-run", "on the derived class", "on the instance")

#: Methods that are there once in a user's life, so that a replacement in mid-run comes too late.
ONCE = {"User.run", "User.on_start", "User.start", "DefaultTaskSet.run"}
#: What cannot be replaced in that way: properties and constructors belong to the class.
OF_THE_CLASS = {"user", "parent", "client", "__init__"}


def cases():
    for method in METHODS:
        for way in WAYS:
            if way == "on the instance" and method.rpartition(".")[2] in OF_THE_CLASS:
                continue
            yield method, way


@pytest.mark.parametrize(("method", "way"), list(cases()))
def test_who_replaces_a_method_of_the_loop_is_called(method: str, way: str) -> None:
    said = both(PROGRAM, method, way)
