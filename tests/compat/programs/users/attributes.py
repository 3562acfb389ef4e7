from locust import HttpUser, User, task

print(
    User.host,
    User.weight,
    User.fixed_count,
    User.abstract,
    User.min_wait,
    User.max_wait,
    User.tasks,
    User.wait_function,
    User.wait_time(None),
    HttpUser.abstract,
    HttpUser.pool_manager,
    User.context(None),
)


def outer():
    class Made(User):
        host = "http://h"

        @task(2)
        def work(self):
            pass

    return Made


print(outer().json(), outer().fullname(), sorted(vars(outer()("environment")))[:4])
