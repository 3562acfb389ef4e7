import pytest
from locust.dispatch import UsersDispatcher

from tests.compat.programs.dispatch.nodes import Node, pauses, steps, user_class

dispatcher = UsersDispatcher([Node("1")], [user_class("U")])
assert steps(dispatcher, 5, 2.5) == [{"1": {"U": n}} for n in (2, 4, 5)]
durations = dispatcher.dispatch_iteration_durations
assert len(durations) == 3 and all(duration >= 0 for duration in durations)
# A pause is what the step before it has left of the interval.
assert pauses == pytest.approx([max(0, 0.8 - duration) for duration in durations[:2]])
