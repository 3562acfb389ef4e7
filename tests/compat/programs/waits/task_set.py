from locust import TaskSet, User, constant, constant_pacing


class Inner(TaskSet):
    wait_time = constant_pacing(10)


class Outer(User):
    wait_time = constant(5)


user = Outer(None)
inner = Inner(user)
inner._cp_last_run -= 4
print(round(inner.wait_time()), inner._cp_last_wait_time > 0, user._cp_last_wait_time)


class Plain(TaskSet):
    pass


print(Plain(user).wait_time())
