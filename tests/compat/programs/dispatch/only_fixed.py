from locust.dispatch import UsersDispatcher

from tests.compat.programs.dispatch.nodes import Node, steps, user_class

dispatcher = UsersDispatcher([Node("1")], [user_class("F", fixed_count=3)])
assert steps(dispatcher, 10, 10)[-1] == {"1": {"F": 3}}
assert dispatcher.get_current_user_count() == 3
assert not dispatcher.dispatch_in_progress
