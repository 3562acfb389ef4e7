import random

from locust.dispatch import UsersDispatcher

from tests.compat.programs.dispatch.nodes import Node, steps, user_class

for seed in range(50):
    rng = random.Random(seed)
    nodes = [Node(str(number)) for number in range(rng.randint(1, 4))]
    classes = [user_class("A", weight=3), user_class("B"), user_class("F", fixed_count=4)]
    dispatcher, before, rate = UsersDispatcher(nodes, classes), 0, rng.uniform(0.1, 60)
    for target in [rng.randrange(200) for _ in range(rng.randint(1, 5))]:
        for users in steps(dispatcher, target, rate):
            now = sum(sum(counts.values()) for counts in users.values())
            assert abs(now - before) <= max(1, int(rate)), seed
            before = now
        assert before == dispatcher.get_current_user_count() == target, seed
