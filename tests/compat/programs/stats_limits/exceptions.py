from locust.env import Environment

from locust import runners

runners.MOST_EXCEPTIONS = 3
runner = Environment().create_local_runner()
for number in range(7):
    runner.log_exception("local", "bad", f"traceback {number}")
counts = [row["count"] for row in runner.exceptions.values()]
assert counts == [1, 1, 1, 4] and "different exceptions" in list(runner.exceptions.values())[3]["msg"]
