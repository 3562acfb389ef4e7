from locust import User, constant_pacing, constant_throughput


class Paced(User):
    wait_time = constant_pacing(10)


user = Paced(None)
user._cp_last_run -= 4
print(round(user.wait_time()), round(user._cp_last_wait_time))
user._cp_last_run -= 19
print(round(user.wait_time()))
user._cp_last_run -= 30
print(user.wait_time())
Paced.wait_time = constant_throughput(0.1)
user._cp_last_run -= 3
print(round(user.wait_time()))
