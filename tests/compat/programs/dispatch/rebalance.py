from locust.dispatch import UsersDispatcher

from tests.compat.programs.dispatch.nodes import Node, steps, user_class

dispatcher = UsersDispatcher([Node("1")], [user_class("U")])
steps(dispatcher, 4, 4)
dispatcher.add_worker(Node("2"))
assert steps(dispatcher, 4, 4) == [{"1": {"U": 2}, "2": {"U": 2}}]
assert not dispatcher.dispatch_in_progress
