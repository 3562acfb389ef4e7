import random

from locust import MarkovTaskSet, User, transition, transitions
from tests.compat.programs.helpers import names


class Walk(MarkovTaskSet):
    @transition("b", 3)
    @transition("a")
    def a(self):
        pass

    @transitions({"a": 2, "b": 1})
    def b(self):
        pass

    @transitions(["a", ("b", 2)])
    def c(self):
        pass


print(Walk.a.transitions, Walk.b.transitions, Walk.c.transitions, Walk.current is Walk.a)


class Nobody(User):
    pass


walk = Walk(Nobody(None))
random.seed(3)
print(names(walk.get_next_task() for _ in range(12)), walk.current.__self__ is walk)


class Derived(Walk):
    @transition("z")
    def z(self):
        pass


print(Derived.current is Derived.z)
