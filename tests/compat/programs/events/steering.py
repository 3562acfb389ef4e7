import gevent
from locust.event import EventHook
from locust.exception import InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopTest, StopUser

for cls in (
    StopUser,
    StopTest,
    RescheduleTask,
    RescheduleTaskImmediately,
    InterruptTaskSet,
    SystemExit,
    gevent.GreenletExit,
    KeyboardInterrupt,
):
    hook = EventHook()

    def raising():
        raise cls()

    hook.add_listener(raising)
    hook.add_listener(lambda: print("not skipped"))
    try:
        hook.fire()
        print("nothing raised")
    except BaseException as error:
        print(type(error).__name__)
