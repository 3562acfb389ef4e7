from locust.event import EventHook

hook = EventHook()


def late():
    print("late")


@hook.add_listener
def first():
    print("first")
    hook.remove_listener(first)
    hook.add_listener(late)


@hook.add_listener
def second():
    print("second")


hook.fire()
hook.fire()
