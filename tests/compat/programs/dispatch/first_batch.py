import pytest
from locust.dispatch import UsersDispatcher

from tests.compat.programs.dispatch.nodes import Node, pauses, steps, user_class

dispatcher = UsersDispatcher([Node("1")], [user_class("U")])
assert steps(dispatcher, 5, 2.5) == [{"1": {"U": n}} for n in (2, 4, 5)]
assert pauses == pytest.approx([0.8, 0.8], abs=0.1)
assert len(dispatcher.dispatch_iteration_durations) == 3
