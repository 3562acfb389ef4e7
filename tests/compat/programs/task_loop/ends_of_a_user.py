import gevent
from locust.exception import StopTest, StopUser

from tests.compat.programs.task_loop.base import gone, nested, run

for cls in (StopUser, StopTest, gevent.GreenletExit):

    def work(taskset):
        raise cls()

    run(nested(work), gone)
