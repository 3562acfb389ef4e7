from locust.env import Environment
from locust.exception import RunnerAlreadyExistsError

from locust import LoadTestShape, User
from tests.compat.programs.helpers import attempt, names


class Idle(User):  # of this module: its name is in what is printed
    pass


class Never(User):
    weight = 0


class Fixed(Idle):
    weight = 0
    fixed_count = 1


classes = [Never, Idle, Fixed]
print(Environment(user_classes=classes).user_classes is classes, names(classes))
attempt(lambda: Environment(user_classes=[Never]))
attempt(lambda: Environment(user_classes=[Idle, Idle]))
attempt(lambda: Environment(shape_class=3))


class Shape(LoadTestShape):
    pass


attempt(lambda: Shape())
print(LoadTestShape.abstract, Shape.abstract, Shape.use_common_options)
environment = Environment(user_classes=[Idle])
runner = environment.create_local_runner()
try:
    environment.create_local_runner()
except RunnerAlreadyExistsError as error:
    print("already exists" in str(error), environment.runner is runner)
