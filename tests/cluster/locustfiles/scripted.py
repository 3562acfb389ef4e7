"""Samples with times laid down beforehand, dealt to the workers by index: RIG_OF shares, one user a worker.

They are fired in small portions, so that a run has reports of every size.
"""

import os
import random

import gevent
import said
from locust.runners import WorkerRunner

from locust import User, task

OF = int(os.environ["RIG_OF"])
NAMES = ("/fast", "/slow", "/rare", "/failing")
dealt = random.Random(20)
SAMPLES = [
    (dealt.choices(NAMES, (50, 30, 1, 19))[0], round(dealt.lognormvariate(3, 1.5), 3), dealt.randrange(5000))
    for _ in range(6000)
]


class Scripted(User):
    def on_start(self):
        runner = self.environment.runner
        mine = SAMPLES[runner.worker_index if isinstance(runner, WorkerRunner) else 0 :: OF]
        for number, (name, milliseconds, length) in enumerate(mine):
            self.environment.events.request.fire(
                request_type="GET",
                name=name,
                response_time=milliseconds,
                response_length=length,
                exception=ValueError("laid down") if name == "/failing" else None,
                context={},
            )
            if number % 100 == 0:
                gevent.sleep(0.02)
        said.say("fired", samples=len(mine))

    @task
    def wait(self):
        gevent.sleep(3600)
