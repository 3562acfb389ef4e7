# What a load shape may answer, and what it sees.
# run[pairs]:
# run[classes]:
# run[no_classes]:
# run[list]:
# run[to_zero]:
# run[at_once]:
# run[unchanged]:
# run[fails]:
# run[wrong]:
# run[stop_test]:
# run[default_options]:
# run[common_options]: -u 3 -r 5 -t 60s
# run[ignored_options]: -u 3 -r 5 -t 60s
# run[several]:
# run[abstract]:
import os

import _told  # noqa: F401 - its listeners tell of every event
from _lab import say
from locust.exception import StopTest

from locust import LoadTestShape, User, constant, task

KIND = os.environ["LAB_CLIENT"]


class Heavy(User):
    weight = 3
    wait_time = constant(60)

    @task
    def idle(self):
        pass


class Light(Heavy):
    weight = 1


class Base(LoadTestShape):
    abstract = True
    asked = 0
    answers = ()

    def tick(self):
        self.asked += 1
        say(
            "tick",
            self.asked,
            self.get_current_user_count(),
            self.runner.state,
            self.get_run_time() > 0.9 * (self.asked - 1),
        )
        answer = self.answers[self.asked - 1] if self.asked <= len(self.answers) else None
        if isinstance(answer, Exception):
            raise answer
        return answer


if KIND in ("common_options", "default_options"):

    class Reads(Base):
        use_common_options = True

        def tick(self):
            self.asked += 1
            options = self.runner.environment.parsed_options
            say("reads", options.num_users, options.spawn_rate, options.run_time)
            return (options.num_users, options.spawn_rate) if self.asked < (3 if options.run_time else 2) else None

elif KIND == "abstract":

    class NotThis(Base):
        abstract = True
        answers = ((5, 5),)

    class This(NotThis):
        answers = ((2, 2),)

elif KIND == "several":

    class First(Base):
        answers = ((1, 1),)

    class Second(Base):
        answers = ((2, 2),)

else:

    class Steps(Base):
        answers = {
            "pairs": [(4, 8), (2, 8)],
            "ignored_options": [(1, 1)],
            "classes": [(2, 8, [Light]), (5, 8, [Heavy, Light]), (6, 8, [Light])],
            "no_classes": [(4, 8, None), (4, 8)],
            "list": [[3, 8], [1, 8, [Light]]],
            "to_zero": [(2, 8), (0, 8), (1, 8)],
            "at_once": [],
            "unchanged": [(2, 8), (2, 8), (2.0, 8)],
            "fails": [(2, 8), ValueError("no more")],
            "wrong": [(2, 8), (1, 2, 3, 4)],
            "stop_test": [(2, 8), StopTest("enough")],
        }[KIND]
