from locust.user.inspectuser import _calc_distribution, get_ratio, print_task_ratio, print_task_ratio_json

from locust import TaskSet, User, task


class A(User):
    @task(3)
    def a(self):
        pass

    @task
    class Set(TaskSet):
        @task(2)
        def x(self):
            pass

        @task
        def y(self):
            pass


class B(User):
    weight = 2

    @task
    def b(self):
        pass


class Fixed(User):
    fixed_count = 2

    @task
    def f(self):
        pass


for total in (False, True):
    print_task_ratio([A, Fixed, B], 7, total)
print_task_ratio_json([A, B], 7)
print(get_ratio([A, B], {"A": 1, "B": 3}, True))
print(get_ratio([A, B], {"A": 0, "B": 0}, False)["A"]["ratio"])
cases = ([A, B, Fixed], 7), ([A, B, Fixed], None), ([A, B], None), ([A, B, Fixed], 1), ([A, B], 1)
for classes, users in cases:
    print(_calc_distribution(classes, users))
