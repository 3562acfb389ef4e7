import warnings

from locust import TaskSet, User

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")

    class Old(User):
        task_set = TaskSet


print(*[(each.category.__name__, str(each.message)) for each in caught], Old.tasks)
