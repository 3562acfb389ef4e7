from locust import TaskSet, task


def f(user):
    pass


class Nested(TaskSet):
    pass


print(task(f) is f, f.locust_task_weight, task()(f) is f, f.locust_task_weight, task(5)(f) is f)
print(f.locust_task_weight, task(Nested) is Nested, Nested.locust_task_weight)
