from locust.dispatch import UsersDispatcher

from tests.compat.programs.dispatch.nodes import Node, steps, user_class


def totals(users):
    return [sum(count.values()) for count in users.values()]


dispatcher = UsersDispatcher([Node("a"), Node("b"), Node("c")], [user_class("U")])
assert [totals(users) for users in steps(dispatcher, 5, 3)] == [[1, 1, 1], [2, 2, 1]]
assert [totals(users) for users in steps(dispatcher, 4, 1)] == [[2, 1, 1]]
