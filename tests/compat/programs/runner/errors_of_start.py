import logging

from locust.env import Environment

from tests.compat.programs.helpers import Lines, log_to_stdout, until
from tests.compat.programs.runner.idle import Idle

log_to_stdout(logging.WARNING)


logged = []


class Short(Lines):
    def emit(self, record):
        logged.append(record)
        print(record.levelname, record.name, record.getMessage()[:32])


logging.getLogger().handlers[:] = [Short()]
environment = Environment(user_classes=[Idle])
runner = environment.create_local_runner()
for times, arguments in enumerate(((1, 101), (-1, 1), (1, 0), (9, 1, True)), 1):
    runner.start(*arguments)
    until(lambda: runner.spawning_greenlet.ready() and len(logged) == times)
    print(arguments, runner.state, runner.user_count, type(runner.spawning_greenlet.exception).__name__)
runner.quit()
