from locust.dispatch import UsersDispatcher

from tests.compat.programs.dispatch.nodes import Node, steps, user_class

dispatcher = UsersDispatcher([Node("1")], [user_class("W"), user_class("F", fixed_count=2)])
assert [users["1"] for users in steps(dispatcher, 3, 1)] == [{"F": 1, "W": 0}, {"F": 2, "W": 0}, {"F": 2, "W": 1}]
assert steps(dispatcher, 1, 10) == [{"1": {"F": 1, "W": 0}}]
assert [users["1"] for users in steps(dispatcher, 3, 1)] == [{"F": 2, "W": 0}, {"F": 2, "W": 1}]
