from locust.dispatch import UsersDispatcher

from tests.compat.programs.dispatch.nodes import Node, steps, user_class


class Alternating(UsersDispatcher):
    def _user_gen(self):
        while True:
            yield from ("B", "A", "A")


dispatcher = Alternating([Node("1"), Node("2")], [user_class("A", weight=100), user_class("B")])
[users] = steps(dispatcher, 4, 4)
assert users == {"1": {"A": 1, "B": 1}, "2": {"A": 1, "B": 1}}
