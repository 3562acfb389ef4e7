from locust.env import Environment

from tests.compat.programs.helpers import until
from tests.compat.programs.runner.idle import Idle, Other

Idle.host = "http://own"
environment = Environment(user_classes=[Idle, Other], host="http://given")
runner = environment.create_local_runner()
print(Idle.host)
runner.start(1, 1)
until(lambda: runner.state == "running")
print(Idle.host, Other.host, vars(Other)["host"])
runner.quit()
