import gevent
from locust.env import Environment

from locust import User, constant, task
from tests.compat.programs.helpers import until


class Self(User):
    wait_time = constant(60)

    @task
    def work(self):
        print(gevent.getcurrent() is self.greenlet, self.group is runner.user_greenlets)
        print(self.greenlet.args[0] is self)
        print(self.greenlet in runner.user_greenlets, len(runner.user_greenlets))


environment = Environment(user_classes=[Self])
runner = environment.create_local_runner()
(user,) = runner.spawn_users({"Self": 1})
print(user._state, user.environment is environment)
until(lambda: user._state == "waiting")
print(user.stop(), runner.user_count)
runner.quit()
