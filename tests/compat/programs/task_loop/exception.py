import logging

from locust import constant
from tests.compat.programs.helpers import log_to_stdout
from tests.compat.programs.task_loop.base import nested, run

log_to_stdout(logging.WARNING)
rounds = []


def work(taskset):
    rounds.append(1)
    if len(rounds) == 3:
        Top.wait_time = constant(60)
    raise ValueError("broken")


Top = nested(work)
run(Top, lambda runner: len(rounds) == 3 and next(iter(runner.user_greenlets)).args[0]._state == "waiting")
