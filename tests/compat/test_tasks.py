"""Tasks: how they are collected, filtered, chosen and run, and what each exception in them does."""

from tests.kit.snippets import both, ours


def test_tasks_of_bases_come_first_then_the_attribute_then_the_decorated() -> None:
    """docs/contract/python-api.md §2, "Collection": order, weights, forms of `tasks`, a plain list on the class."""
    said = both(
        """
        def f(user): pass
        def g(user): pass
        class Base(User):
            @task
            def base(self): pass
        class Derived(Base):
            @task(2)
            def own(self): pass
            tasks = [f, (g, 2)]
        print(names(Derived.tasks), type(Derived.tasks).__name__)
        print(names(type("D", (User,), {"tasks": {f: 2, g: 1}}).tasks))
        print(names(type("S", (User,), {"tasks": {f}}).tasks), names(type("T", (TaskSet,), {"tasks": (f, g)}).tasks))
        print(names(type("I", (User,), {"tasks": (each for each in [g, f])}).tasks))
        """
    )
    assert said == ["['base', 'f', 'g', 'g', 'own', 'own'] list", "['f', 'f', 'g']", "['f'] ['f', 'g']", "['g', 'f']"]


def test_the_decorator_returns_what_it_decorates() -> None:
    """docs/contract/python-api.md §2: @task, @task(), @task(n) on functions, methods and nested TaskSet classes."""
    said = both(
        """
        def f(user): pass
        class Nested(TaskSet): pass
        print(task(f) is f, f.locust_task_weight, task()(f) is f, f.locust_task_weight, task(5)(f) is f)
        print(f.locust_task_weight, task(Nested) is Nested, Nested.locust_task_weight)
        """
    )
    assert said == ["True 1 True 1 True", "5 True 1"]


def test_what_cannot_be_a_task_is_refused_when_the_class_is_made() -> None:
    """docs/contract/python-api.md §2: `run` raises, odd weights raise TypeError, zero and less are absent, on_start
    warns."""
    said = both(
        """
        log_to_stdout()
        def f(user): pass
        def run(self): pass
        def on_start(self): pass
        attempt(lambda: task(run))
        attempt(lambda: task(on_start).locust_task_weight)
        attempt(lambda: type("F", (User,), {"f": task(1.5)(f)}))
        attempt(lambda: type("N", (User,), {"tasks": 5}))
        print(type("Z", (User,), {"f": task(0)(f)}).tasks, type("M", (User,), {"f": task(-1)(f)}).tasks)
        """
    )
    assert said == [
        "Exception: User.run() is a method used internally by Locust, "
        "and you must not override it or register it as a task",
        "WARNING root: You have tagged your on_stop/start function with @task. "
        "This will make the method get called both as a task AND on stop/start.",
        "returned 1",
        "TypeError: 'float' object cannot be interpreted as an integer",
        "TypeError: 'int' object is not iterable",
        "[] []",
    ]


def test_the_quirks_of_inheritance_are_kept() -> None:
    """docs/contract/python-api.md §2: an override is added, plain mixins are not looked at, twice declared counts
    twice."""
    said = both(
        """
        class Parent(User):
            @task
            def work(self): pass
        class Child(Parent):
            @task(3)
            def work(self): pass
        print([each is Parent.work for each in Child.tasks])
        class Mixin:
            @task
            def mixed(self): pass
        class Mixed(Mixin, Parent): pass
        print(names(Mixed.tasks))
        @task
        def twice(user): pass
        class Twice(User):
            tasks = [twice]
            again = twice
        print(names(Twice.tasks))
        class Abstract(User):
            abstract = True
            weight = 7
            fixed_count = 2
            host = "http://example.com"
        class Concrete(Abstract): pass
        print(Abstract.abstract, Concrete.abstract, Concrete.weight, Concrete.fixed_count, Concrete.host)
        """
    )
    assert said == [
        "[True, False, False, False]",
        "['work']",
        "['twice', 'twice']",
        "True False 7 2 http://example.com",
    ]


def test_choice_draws_from_the_global_random_and_reads_the_list_anew() -> None:
    """docs/contract/python-api.md §2 and §6: `random.choice` on the list as it is at pick time."""
    said = both(
        """
        from locust.user.task import DefaultTaskSet
        def a(user): pass
        def b(user): pass
        class Chooser(User):
            tasks = [a, b, b]
        tasks = DefaultTaskSet(Chooser(None))
        random.seed(7)
        picked = names(tasks.get_next_task() for _ in range(8))
        random.seed(7)
        print(picked == names(random.choice([a, b, b]) for _ in range(8)), *picked)
        Chooser.tasks.clear()
        Chooser.tasks.append(a)
        print(tasks.get_next_task().__name__)
        """
    )
    assert said[0].startswith("True ")
    assert said[1] == "a"


def test_tags_are_gathered_and_spread() -> None:
    """docs/contract/python-api.md §2, @tag: own set on functions, recursive on TaskSets, ValueError without names."""
    said = both(
        """
        @tag("x")
        @tag("y", "z")
        def f(user): pass
        class Inner(TaskSet):
            @tag("own")
            @task
            def tagged(self): pass
            @task
            def bare(self): pass
        class Outer(TaskSet):
            tasks = [Inner]
        print(sorted(f.locust_tag_set), tag("all")(Outer) is Outer)
        print(sorted(Inner.tagged.locust_tag_set), sorted(Inner.bare.locust_tag_set), hasattr(Outer, "locust_tag_set"))
        attempt(lambda: tag())
        attempt(lambda: tag(f))
        """
    )
    assert said == [
        "['x', 'y', 'z'] True",
        "['all', 'own'] ['all'] False",
        "ValueError: No tag name was supplied",
        "ValueError: No tag name was supplied",
    ]


def test_the_tag_filter_keeps_what_is_asked_for_and_not_excluded() -> None:
    """docs/contract/python-api.md §2, "Tag filtering": exclusion wins, empty sets go, Markov sets stay, warning when
    empty."""
    said = both(
        """
        from locust.user.task import filter_tasks_by_tags
        log_to_stdout()
        def tree():
            class Inner(TaskSet):
                @task
                @tag("b")
                def ib(self): pass
                @task
                def ic(self): pass
            class Chain(MarkovTaskSet):
                @transition("m")
                def m(self): pass
            class Top(User):
                tasks = [Inner, Chain]
                @tag("a")
                @task(2)
                def a(self): pass
                @tag("a", "b")
                @task
                def ab(self): pass
                @task
                def bare(self): pass
            return Top, Inner
        for tags, exclude_tags in (({"a"}, None), ({"b"}, None), (None, {"b"}), ({"a"}, {"b"}), ({"none"}, None)):
            top, inner = tree()
            filter_tasks_by_tags(top, tags, exclude_tags)
            print(names(top.tasks), names(inner.tasks))
        """
    )
    empty = "WARNING root: Inner had no tasks left after filtering, instantiating it will fail!"
    assert said == [
        empty,
        "['Chain', 'a', 'a', 'ab'] []",
        "['Inner', 'Chain', 'ab'] ['ib']",
        "['Inner', 'Chain', 'a', 'a', 'bare'] ['ic']",
        empty,
        "['Chain', 'a', 'a'] []",
        empty,
        "['Chain'] []",
    ]


def test_the_environment_filters_once_and_its_tags_go_before_the_options() -> None:
    """docs/contract/python-api.md §2: `Environment.tags` overrides `parsed_options.tags`; `_tasks_filtered` makes it
    once."""
    said = both(
        """
        from argparse import Namespace
        def user_class():
            class Top(User):
                @tag("a")
                @task
                def a(self): pass
                @tag("b")
                @task
                def b(self): pass
            return Top
        options = Namespace(tags=["a"], exclude_tags=None, stop_timeout=3)
        for arguments in ({}, {"tags": ["b"]}, {"exclude_tags": ["a"], "tags": ["a", "b"]}):
            top = user_class()
            environment = Environment(user_classes=[top], parsed_options=options, **arguments)
            environment._filter_tasks_by_tags()
            print(names(top.tasks), environment._tasks_filtered, environment.stop_timeout)
            environment.tags = ["none"]
            environment._filter_tasks_by_tags()
            print(names(top.tasks))
        """
    )
    assert said == ["['a'] True 3.0", "['a']", "['b'] True 3.0", "['b']", "['b'] True 3.0", "['b']"]


def test_sequential_tasks_stand_in_the_order_of_the_body() -> None:
    """docs/contract/python-api.md §2, SequentialTaskSet: interleaved, repeated in place, tuples of a list not
    expanded."""
    said = both(
        """
        def f(user): pass
        class Ordered(SequentialTaskSet):
            @task(2)
            def a(self): pass
            tasks = [f, (f, 2)]
            @task
            def b(self): pass
        class More(Ordered):
            tasks = {f: 2}
            @task
            def c(self): pass
        for cls in (Ordered, More):
            print([getattr(each, "__name__", type(each).__name__) for each in cls.tasks])
        attempt(lambda: type("Bad", (SequentialTaskSet,), {"tasks": (f,)}))
        class Empty(SequentialTaskSet): pass
        class Nobody(User): pass
        attempt(Empty(Nobody(None)).get_next_task)
        """
    )
    assert said == [
        "['a', 'a', 'f', 'tuple', 'b']",
        "['a', 'a', 'f', 'tuple', 'b', 'f', 'f', 'c']",
        "ValueError: The 'tasks' attribute can only be set to list or dict",
        "LocustError: No tasks defined. Use the @task decorator or set the 'tasks' attribute of the SequentialTaskSet",
    ]


def test_a_markov_chain_is_checked_when_its_class_is_made() -> None:
    """docs/contract/python-api.md §5: the four errors, the warning, abstract classes unchecked."""
    said = both(
        """
        log_to_stdout()
        def chain(name="Chain", **body):
            return type(name, (MarkovTaskSet,), body)
        def named(name):
            def function(self): pass
            function.__name__ = name
            return function
        attempt(lambda: chain())
        attempt(lambda: chain(a=transition("b")(named("a"))))
        attempt(lambda: chain(a=transition("b")(named("a")), b=named("b")))
        attempt(lambda: chain(a=tag("x")(transition("a")(named("a")))))
        attempt(lambda: chain(run=transition("run")(named("run"))))
        attempt(lambda: chain(a=transition("a")(named("a")), b=transition("a")(named("b"))).tasks)
        attempt(lambda: chain(a=transition("a")(named("a")), on_stop=transition("a")(named("on_stop"))).abstract)
        attempt(lambda: chain(abstract=True, a=transition("nowhere")(named("a"))).abstract)
        """
    )
    assert said == [
        "NoMarkovTasksError: No Markov tasks defined in class Chain. Use the @transition(s) decorators to define some.",
        "InvalidTransitionError: Transition to b from a is invalid since no such element exists on class Chain",
        "NonMarkovTaskTransitionError: Chain.b cannot be used as a target for a transition since it does not "
        "define any transitions of its own.Used as a transition from a.",
        "MarkovTaskTagError: Tags are unsupported for MarkovTaskSet since they can make the markov chain invalid. "
        "Tags detected on Chain.a: {'x'}",
        "Exception: TaskSet.run() is a method used internally by Locust, "
        "and you must not override it or annotate it with transitions",
        "WARNING root: The following markov tasks are unreachable in class Chain: {'b'}",
        "returned []",
        "WARNING root: The following markov tasks are unreachable in class Chain: {'on_stop'}",
        "WARNING root: You have tagged your on_stop/start function with @transition. "
        "This will make the method get called both as a step AND on stop/start.",
        "returned False",
        "returned True",
    ]


def test_a_markov_chain_walks_by_weight_from_the_first_task() -> None:
    """docs/contract/python-api.md §5: weighted list of names, start = first in the own body, next chosen when
    fetched."""
    said = both(
        """
        class Walk(MarkovTaskSet):
            @transition("b", 3)
            @transition("a")
            def a(self): pass
            @transitions({"a": 2, "b": 1})
            def b(self): pass
            @transitions(["a", ("b", 2)])
            def c(self): pass
        print(Walk.a.transitions, Walk.b.transitions, Walk.c.transitions, Walk.current is Walk.a)
        class Nobody(User): pass
        walk = Walk(Nobody(None))
        random.seed(3)
        print(names(walk.get_next_task() for _ in range(12)), walk.current.__self__ is walk)
        class Derived(Walk):
            @transition("z")
            def z(self): pass
        print(Derived.current is Derived.z)
        """
    )
    assert said[0] == "['a', 'b', 'b', 'b'] ['a', 'a', 'b'] ['a', 'b', 'b'] True"
    assert said[1].startswith("['a', ") and said[1].endswith(" True")
    assert said[2] == "True"


RUN = """
def run(cls, enough, **settings):
    environment = Environment(user_classes=[cls], **settings)
    @environment.events.user_error.add_listener
    def on_error(user_instance, exception, tb):
        print("user_error", type(user_instance).__name__, repr(exception), tb is exception.__traceback__)
    @environment.events.test_stop.add_listener
    def on_test_stop(environment):
        print("test_stop", environment.runner.user_count)
    runner = environment.create_local_runner()
    runner.start(1, 1)
    until(lambda: runner.state == "running" and enough(runner))
    print("users", runner.user_count, [(row["count"], row["msg"], row["nodes"]) for row in runner.exceptions.values()])
    runner.quit()

def gone(runner):
    return runner.user_count == 0

class Base(User):
    abstract = True
    wait_time = constant(0.01)
    def on_stop(self):
        print("User.on_stop", self._state)

class Set(TaskSet):
    def on_start(self):
        print(type(self).__name__, "on_start")
    def on_stop(self):
        print(type(self).__name__, "on_stop")

def nested(work):
    class Inner(Set):
        tasks = [work]
    class Outer(Set):
        tasks = [Inner]
    class Top(Base):
        tasks = [Outer]
    return Top

"""


def test_exceptions_that_end_a_user_call_on_stop_from_the_inside_out() -> None:
    """docs/contract/python-api.md §4: StopUser, StopTest and GreenletExit in a task; no user_error, nobody takes its
    place."""
    said = both(
        RUN
        + """
for cls in (StopUser, StopTest, gevent.GreenletExit):
    def work(taskset):
        raise cls()
    run(nested(work), gone)
"""
    )
    once = ["Outer on_start", "Inner on_start", "Inner on_stop", "Outer on_stop", "User.on_stop running"]
    assert said == [*once, "users 0 []", "test_stop 0"] * 3


def test_an_exception_in_a_task_is_reported_and_the_same_task_set_goes_on() -> None:
    """docs/contract/python-api.md §4: user_error before the log, instance = the TaskSet, then wait and go on in the
    same one.

    A user that is stopped in the wait after an error leaves without that task set's on_stop.
    """
    said = both(
        RUN
        + """
log_to_stdout(logging.WARNING)
rounds = []
def work(taskset):
    rounds.append(1)
    if len(rounds) == 3:
        Top.wait_time = constant(9)
    raise ValueError("broken")
Top = nested(work)
run(Top, lambda runner: len(rounds) == 3 and next(iter(runner.user_greenlets)).args[0]._state == "waiting")
"""
    )
    error = ["user_error Inner ValueError('broken') True", "ERROR locust.user.task: broken"]
    assert said == [
        "Outer on_start",
        "Inner on_start",
        *error * 3,
        "users 1 [(3, 'broken', {'local'})]",
        "Outer on_stop",
        "User.on_stop waiting",
        "test_stop 0",
    ]


def test_without_catch_exceptions_the_user_dies_without_on_stop() -> None:
    """docs/contract/python-api.md §4: user_error, re-raised, on_stop not called."""
    said = both(
        RUN
        + """
class Top(Base):
    @task
    def work(self):
        raise ValueError("broken")
run(Top, gone, catch_exceptions=False)
"""
    )
    assert said == [
        "user_error DefaultTaskSet ValueError('broken') True",
        "users 0 [(1, 'broken', {'local'})]",
        "test_stop 0",
    ]


def test_rescheduling_goes_on_with_and_without_a_wait() -> None:
    """docs/contract/python-api.md §4: RescheduleTask waits, RescheduleTaskImmediately does not; neither is an error."""
    said = both(
        RUN
        + """
class Top(Base):
    rounds = 0
    def wait_time(self):
        print("wait")
        return 0
    @task
    def work(self):
        self.rounds += 1
        print("round", self.rounds)
        if self.rounds == 1:
            raise RescheduleTaskImmediately()
        if self.rounds == 2:
            raise RescheduleTask()
        raise StopUser()
run(Top, gone)
"""
    )
    assert said == ["round 1", "round 2", "wait", "round 3", "User.on_stop running", "users 0 []", "test_stop 0"]


def test_interrupt_leaves_the_task_set_and_its_parent_waits_or_not() -> None:
    """docs/contract/python-api.md §4: on_stop of that TaskSet (errors only logged), then no wait, or with False the
    wait."""
    said = both(
        RUN
        + """
log_to_stdout(logging.WARNING)
entered = []
class Inner(TaskSet):
    def on_start(self):
        entered.append(1)
    @task
    def work(self):
        if len(entered) == 3:
            raise StopUser()
        print("interrupt")
        self.interrupt(reschedule=len(entered) == 1)
    def on_stop(self):
        print("Inner on_stop")
        raise ValueError("only logged")
class Top(Base):
    tasks = [Inner]
    def wait_time(self):
        print("wait")
        return 0
run(Top, gone)
"""
    )
    left = ["Inner on_stop", "ERROR root: Uncaught exception in on_stop: "]
    assert said == [
        *["interrupt", *left],
        *["interrupt", *left, "wait"],
        *left,
        "User.on_stop running",
        "users 0 []",
        "test_stop 0",
    ]


def test_interrupt_on_a_user_ends_it_without_on_stop() -> None:
    """docs/contract/python-api.md §4: the greenlet dies with the rescheduling exception; no on_stop, no user_error."""
    said = both(
        RUN
        + """
class Top(Base):
    @task
    def work(self):
        raise InterruptTaskSet(reschedule=False)
run(Top, gone)
"""
    )
    assert said == ["users 0 []", "test_stop 0"]


def test_what_goes_wrong_in_on_start_of_a_task_set_is_the_parents_business() -> None:
    """docs/contract/python-api.md §4: an exception is a task exception of the parent; interrupt there skips on_stop."""
    said = both(
        RUN
        + """
entered = []
class Inner(Set):
    def on_start(self):
        entered.append(1)
        if len(entered) == 1:
            raise ValueError("not ready")
        if len(entered) == 2:
            self.interrupt()
        raise StopUser()
    @task
    def work(self):
        print("never")
class Top(Base):
    tasks = [Inner]
run(Top, gone)
"""
    )
    assert said == [
        "user_error DefaultTaskSet ValueError('not ready') True",
        "User.on_stop running",
        "users 0 [(1, 'not ready', {'local'})]",
        "test_stop 0",
    ]


def test_on_start_of_a_user_that_fails_ends_it() -> None:
    """docs/contract/python-api.md §4: log, user_error with the User, no on_stop; StopUser there is logged, on_stop
    called."""
    said = both(
        RUN
        + """
log_to_stdout(logging.ERROR)
for error in (KeyError("key"), StopUser("bye"), StopTest("end"), RescheduleTask("again")):
    class Top(Base):
        def on_start(self):
            raise error
        @task
        def work(self):
            print("never")
    run(Top, gone)
"""
    )
    assert said == [
        "ERROR locust.user.users: 'key'",
        "user_error Top KeyError('key') True",
        "users 0 [(1, \"'key'\", {'local'})]",
        "test_stop 0",
        "ERROR locust.user.users: bye",
        "User.on_stop running",
        "users 0 []",
        "test_stop 0",
        "ERROR locust.user.users: end",
        "User.on_stop running",
        "users 0 []",
        "test_stop 0",
        "ERROR locust.user.users: again",
        "user_error Top RescheduleTask('again') True",
        "users 0 [(1, 'again', {'local'})]",
        "test_stop 0",
    ]


def test_a_class_without_tasks_loops_on_an_error_that_says_so() -> None:
    """docs/contract/python-api.md §4: never fails at construction; the message gains a hint if the class has `task`."""
    said = both(
        """
        from locust.user.task import DefaultTaskSet
        class Bare(User): pass
        class Typo(User):
            task = 3
        class BareSet(TaskSet): pass
        class TypoSet(TaskSet):
            task = 3
        for user_class in (Bare, Typo):
            attempt(DefaultTaskSet(user_class(None)).get_next_task)
        for set_class in (BareSet, TypoSet):
            attempt(set_class(Bare(None)).get_next_task)
        """
    )
    user_hint = (
        "Use the @task decorator or set the 'tasks' attribute of the User "
        "(or mark it as abstract = True if you only intend to subclass it)"
    )
    set_hint = "use the @task decorator or set the 'tasks' attribute of the TaskSet"
    typo = ", but you have set a 'task' attribute"
    assert said == [
        f"Exception: No tasks defined on Bare. {user_hint}",
        f"Exception: No tasks defined on Typo{typo} on your class - maybe you meant to set 'tasks'? {user_hint}",
        f"Exception: No tasks defined on BareSet. {set_hint}",
        f"Exception: No tasks defined on TypoSet{typo} - maybe you meant to set 'tasks'? {set_hint}",
    ]


def test_scheduled_tasks_go_before_picked_ones() -> None:
    """docs/contract/python-api.md §4: `schedule_task` appends or prepends; bound methods are called without self."""
    said = both(
        RUN
        + """
def plain(taskset):
    print("plain", type(taskset).__name__)
class Inner(TaskSet):
    @task
    def work(self):
        self.schedule_task(plain)
        self.schedule_task(self.bound)
        self.schedule_task(self.urgent, first=True)
        print("scheduled", len(self._task_queue), self.parent is self.user)
    def bound(self):
        print("bound")
        raise StopUser()
    def urgent(self):
        print("urgent")
class Top(Base):
    tasks = [Inner]
run(Top, gone)
"""
    )
    assert said == [
        "scheduled 3 True",
        "urgent",
        "plain Inner",
        "bound",
        "User.on_stop running",
        "users 0 []",
        "test_stop 0",
    ]


def test_bound_methods_among_the_tasks_of_a_user_get_the_user_too() -> None:
    """docs/contract/python-api.md §4: on a DefaultTaskSet everything but a TaskSet is called with the user."""
    said = both(
        RUN
        + """
class Top(Base):
    def on_start(self):
        self.tasks = [self.bound]
    def bound(self, *arguments):
        print("bound", [type(each).__name__ for each in arguments])
        raise StopUser()
run(Top, gone)
"""
    )
    assert said == ["bound ['Top']", "User.on_stop running", "users 0 []", "test_stop 0"]


def test_a_sequence_begins_anew_each_time_it_is_entered() -> None:
    """docs/contract/python-api.md §4: per-instance cycle, a new instance for each entry."""
    said = both(
        RUN
        + """
entered = []
class Steps(SequentialTaskSet):
    def on_start(self):
        entered.append(self)
    @task
    def one(self):
        print("one")
    @task(2)
    def two(self):
        print("two")
        if len(entered) == 1:
            self.interrupt()
    @task
    def three(self):
        print("three", entered[0] is not entered[1])
        raise StopUser()
class Top(Base):
    tasks = [Steps]
run(Top, gone)
"""
    )
    assert said[:6] == ["one", "two", "one", "two", "two", "three True"]


def test_methods_of_the_loop_can_be_replaced_on_the_class_in_mid_run() -> None:
    """docs/contract/python-api.md §4: execute_task, get_next_task, wait_time and _sleep are looked up on every
    iteration."""
    said = both(
        RUN
        + """
from locust.user.task import DefaultTaskSet
class Inner(TaskSet):
    @task
    def work(self):
        print("work")
        self.interrupt()
class Top(Base):
    tasks = [Inner]
def limited(original):
    def execute_task(self, task):
        print("before", type(self).__name__)
        executed.append(1)
        if len(executed) > 4:
            raise StopUser()
        original(self, task)
    return execute_task
executed = []
class Patched(Top):
    @task
    def patch(self):
        TaskSet.execute_task = limited(TaskSet.execute_task)
        DefaultTaskSet.execute_task = limited(DefaultTaskSet.execute_task)
        TaskSet.wait_time = lambda self: print("wait") or 0
        TaskSet._sleep = lambda self, seconds: print("sleep", seconds)
        DefaultTaskSet.get_next_task = lambda self: Inner
Patched.tasks = [Patched.patch]
run(Patched, gone)
"""
    )
    assert said == [
        "wait",
        "sleep 0",
        *["before DefaultTaskSet", "before Inner", "work"] * 2,
        "before DefaultTaskSet",
        "User.on_stop running",
        "users 0 []",
        "test_stop 0",
    ]


def test_tasks_that_are_surely_meant_otherwise_are_warned_about() -> None:
    """docs/contract/differences.md: tasks on a plain mixin, an overridden @task standing twice: as is, and a line says
    so."""
    said = ours(
        RUN
        + """
class Mixin:
    @task
    def mixed(self): pass
class Parent(Base):
    @task
    def work(self):
        raise StopUser()
class Child(Mixin, Parent):
    @task
    def work(self):
        raise StopUser()
log_to_stdout(logging.WARNING)
run(Child, gone)
print(names(Child.tasks))
"""
    )
    assert said[0].startswith("WARNING locust.runners: Never run: Mixin.mixed. ")
    assert said[1].startswith("WARNING locust.runners: Overridden, but still run beside their overrides: Parent.work. ")
    assert said[2:] == ["User.on_stop running", "users 0 []", "test_stop 0", "['work', 'work']"]


def test_users_that_died_are_counted_at_the_end() -> None:
    """docs/contract/differences.md, a user class that died in `on_start` or `wait_time`: how many of how many."""
    said = ours(
        RUN
        + """
class Numb(Base):
    wait_time = 5
    @task
    def work(self): pass
log_to_stdout(logging.WARNING)
run(Numb, gone)
"""
    )
    assert said[-2] == (
        "WARNING locust.runners: 1 of 1 users died of an error and were not replaced: see the errors above"
    )
