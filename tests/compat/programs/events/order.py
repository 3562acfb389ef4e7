from locust.event import EventHook

from tests.compat.programs.helpers import attempt

hook = EventHook()


@hook.add_listener
def one(**kwargs):
    print("one", kwargs)


hook.add_listener(one)


def two(**kwargs):
    print("two", kwargs)


print(hook.add_listener(two) is two)
hook.fire(a=1)
hook.remove_listener(one)
hook.fire(reverse=True, a=2)
hook.remove_listener(one)
attempt(lambda: hook.remove_listener(one))
attempt(lambda: hook.fire(1))
print(hook._handlers == [two])
