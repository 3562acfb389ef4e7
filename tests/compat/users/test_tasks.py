"""Tasks: how they are collected, filtered, chosen and run, and what each exception in them does."""

from tests.kit.programs import both, ours


def test_tasks_of_bases_come_first_then_the_attribute_then_the_decorated() -> None:
    """docs/contract/python-api.md §2, "Collection": order, weights, forms of `tasks`, a plain list on the class."""
    said = both("task_classes/collection.py")
    assert said == ["['base', 'f', 'g', 'g', 'own', 'own'] list", "['f', 'f', 'g']", "['f'] ['f', 'g']", "['g', 'f']"]


def test_the_decorator_returns_what_it_decorates() -> None:
    """docs/contract/python-api.md §2: @task, @task(), @task(n) on functions, methods and nested TaskSet classes."""
    said = both("task_classes/decorator.py")
    assert said == ["True 1 True 1 True", "5 True 1"]


def test_what_cannot_be_a_task_is_refused_when_the_class_is_made() -> None:
    """docs/contract/python-api.md §2: `run` raises, odd weights raise TypeError, zero and less are absent, on_start
    warns."""
    said = both("task_classes/refused.py")
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
    said = both("task_classes/inheritance.py")
    assert said == [
        "[True, False, False, False]",
        "['work']",
        "['twice', 'twice']",
        "True False 7 2 http://example.com",
    ]


def test_choice_draws_from_the_global_random_and_reads_the_list_anew() -> None:
    """docs/contract/python-api.md §2 and §6: `random.choice` on the list as it is at pick time."""
    said = both("task_classes/choice.py")
    assert said[0].startswith("True ")
    assert said[1] == "a"


def test_tags_are_gathered_and_spread() -> None:
    """docs/contract/python-api.md §2, @tag: own set on functions, recursive on TaskSets, ValueError without names."""
    said = both("task_classes/tags.py")
    assert said == [
        "['x', 'y', 'z'] True",
        "['all', 'own'] ['all'] False",
        "ValueError: No tag name was supplied",
        "ValueError: No tag name was supplied",
    ]


def test_the_tag_filter_keeps_what_is_asked_for_and_not_excluded() -> None:
    """docs/contract/python-api.md §2, "Tag filtering": exclusion wins, empty sets go, Markov sets stay, warning when
    empty."""
    said = both("task_classes/tag_filter.py")
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
    said = both("task_classes/tags_of_environment.py")
    assert said == ["['a'] True 3.0", "['a']", "['b'] True 3.0", "['b']", "['b'] True 3.0", "['b']"]


def test_sequential_tasks_stand_in_the_order_of_the_body() -> None:
    """docs/contract/python-api.md §2, SequentialTaskSet: interleaved, repeated in place, tuples of a list not
    expanded."""
    said = both("task_classes/sequence.py")
    assert said == [
        "['a', 'a', 'f', 'tuple', 'b']",
        "['a', 'a', 'f', 'tuple', 'b', 'f', 'f', 'c']",
        "ValueError: The 'tasks' attribute can only be set to list or dict",
        "LocustError: No tasks defined. Use the @task decorator or set the 'tasks' attribute of the SequentialTaskSet",
    ]


def test_a_markov_chain_is_checked_when_its_class_is_made() -> None:
    """docs/contract/python-api.md §5: the four errors, the warning, abstract classes unchecked."""
    said = both("task_classes/markov_checks.py")
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
    said = both("task_classes/markov_walk.py")
    assert said[0] == "['a', 'b', 'b', 'b'] ['a', 'a', 'b'] ['a', 'b', 'b'] True"
    assert said[1].startswith("['a', ") and said[1].endswith(" True")
    assert said[2] == "True"


def test_exceptions_that_end_a_user_call_on_stop_from_the_inside_out() -> None:
    """docs/contract/python-api.md §4: StopUser, StopTest and GreenletExit in a task; no user_error, nobody takes its
    place."""
    said = both("task_loop/ends_of_a_user.py")
    once = ["Outer on_start", "Inner on_start", "Inner on_stop", "Outer on_stop", "User.on_stop running"]
    assert said == [*once, "users 0 []", "test_stop 0"] * 3


def test_an_exception_in_a_task_is_reported_and_the_same_task_set_goes_on() -> None:
    """docs/contract/python-api.md §4: user_error before the log, instance = the TaskSet, then wait and go on in the
    same one.

    A user that is stopped in the wait after an error leaves without that task set's on_stop.
    """
    said = both("task_loop/exception.py")
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
    said = both("task_loop/uncaught.py")
    assert said == [
        "user_error DefaultTaskSet ValueError('broken') True",
        "users 0 [(1, 'broken', {'local'})]",
        "test_stop 0",
    ]


def test_rescheduling_goes_on_with_and_without_a_wait() -> None:
    """docs/contract/python-api.md §4: RescheduleTask waits, RescheduleTaskImmediately does not; neither is an error."""
    said = both("task_loop/reschedule.py")
    assert said == ["round 1", "round 2", "wait", "round 3", "User.on_stop running", "users 0 []", "test_stop 0"]


def test_interrupt_leaves_the_task_set_and_its_parent_waits_or_not() -> None:
    """docs/contract/python-api.md §4: on_stop of that TaskSet (errors only logged), then no wait, or with False the
    wait."""
    said = both("task_loop/interrupt.py")
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
    said = both("task_loop/interrupt_user.py")
    assert said == ["users 0 []", "test_stop 0"]


def test_what_goes_wrong_in_on_start_of_a_task_set_is_the_parents_business() -> None:
    """docs/contract/python-api.md §4: an exception is a task exception of the parent; interrupt there skips on_stop."""
    said = both("task_loop/on_start_of_task_set.py")
    assert said == [
        "user_error DefaultTaskSet ValueError('not ready') True",
        "User.on_stop running",
        "users 0 [(1, 'not ready', {'local'})]",
        "test_stop 0",
    ]


def test_on_start_of_a_user_that_fails_ends_it() -> None:
    """docs/contract/python-api.md §4: log, user_error with the User, no on_stop; StopUser there is logged, on_stop
    called."""
    said = both("task_loop/on_start_of_user.py")
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
    said = both("task_loop/no_tasks.py")
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
    said = both("task_loop/scheduled.py")
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
    said = both("task_loop/bound_methods.py")
    assert said == ["bound ['Top']", "User.on_stop running", "users 0 []", "test_stop 0"]


def test_a_sequence_begins_anew_each_time_it_is_entered() -> None:
    """docs/contract/python-api.md §4: per-instance cycle, a new instance for each entry."""
    said = both("task_loop/sequence_anew.py")
    assert said[:6] == ["one", "two", "one", "two", "two", "three True"]


def test_methods_of_the_loop_can_be_replaced_on_the_class_in_mid_run() -> None:
    """docs/contract/python-api.md §4: execute_task, get_next_task, wait_time and _sleep are looked up on every
    iteration."""
    said = both("task_loop/replaced_methods.py")
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
    said = ours("task_loop/meant_otherwise.py")
    assert said[0].startswith("WARNING locust.runners: Never run: Mixin.mixed. ")
    assert said[1].startswith("WARNING locust.runners: Overridden, but still run beside their overrides: Parent.work. ")
    assert said[2:] == ["User.on_stop running", "users 0 []", "test_stop 0", "['work', 'work']"]


def test_users_that_died_are_counted_at_the_end() -> None:
    """docs/contract/differences.md, a user class that died in `on_start` or `wait_time`: how many of how many."""
    said = ours("task_loop/died.py")
    assert said[-2] == (
        "WARNING locust.runners: 1 of 1 users died of an error and were not replaced: see the errors above"
    )
