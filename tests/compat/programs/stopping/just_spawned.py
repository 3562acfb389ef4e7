"""Users that are stopped right after they were spawned: they have begun their first task by then."""

from locust.env import Environment

from locust import User, constant, task

seen: list[str] = []


class Waiting(User):
    wait_time = constant(60)

    def on_start(self) -> None:
        seen.append("on_start")

    def on_stop(self) -> None:
        seen.append("on_stop")

    @task
    def work(self) -> None:
        seen.append("task")


for timeout in (None, 30):
    for stopped in (3, 2):
        runner = Environment(user_classes=[Waiting], stop_timeout=timeout).create_local_runner()
        runner.spawn_users({"Waiting": 3}, wait=False)
        runner.stop_users({"Waiting": stopped})
        print("stop_users", timeout, seen, runner.user_count)
        runner.quit()
        seen.clear()
    runner = Environment(user_classes=[Waiting], stop_timeout=timeout).create_local_runner()
    runner.spawn_users({"Waiting": 2}, wait=False)
    runner.quit()
    print("quit", timeout, seen, runner.user_count)
    seen.clear()
    runner = Environment(user_classes=[Waiting], stop_timeout=timeout).create_local_runner()
    users = runner.spawn_users({"Waiting": 2}, wait=False)
    print("stop of a user", [user.stop() for user in users], seen)
    runner.quit()
    seen.clear()
