"""Workers whose master never answers, and whose master falls silent."""

import logging

import gevent
import locust.runners
from locust.env import Environment

from tests.compat.programs.cluster.peers import Master
from tests.compat.programs.helpers import Lines, attempt, until
from tests.compat.programs.runner.idle import Idle

logger = logging.getLogger("locust.runners")
logger.addHandler(Lines())
logger.setLevel(logging.DEBUG)
locust.runners.CONNECT_TIMEOUT = 0.05
locust.runners.CONNECT_RETRY_COUNT = 2
locust.runners.MASTER_HEARTBEAT_TIMEOUT = 1


class WithoutPort(Lines):
    def emit(self, record):
        record.msg = record.getMessage().replace(str(master.port), "PORT")
        record.args = ()
        super().emit(record)


logger.handlers[:] = [WithoutPort()]
master = Master(answers=False)
attempt(lambda: Environment(user_classes=[Idle]).create_worker_runner("127.0.0.1", master.port))
logger.setLevel(logging.INFO)
locust.runners.CONNECT_TIMEOUT = 30
master.answers = True
worker = Environment(user_classes=[Idle]).create_worker_runner("127.0.0.1", master.port)
until(lambda: worker.last_heartbeat_timestamp)
master.fall_silent()
with gevent.Timeout(30):
    worker.greenlet.join()
print(worker.state)
