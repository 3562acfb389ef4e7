"""A worker, then many, that log without end: what a master keeps of it."""

from locust.env import Environment


def characters(environment):
    return sum(len(line) for lines in environment.worker_logs.values() for line in lines)


environment = Environment()
environment.create_web_ui("127.0.0.1", 0)
environment.update_worker_logs({"worker_id": "one", "logs": [f"{n} " + "x" * 100_000 for n in range(600)]})
lines = environment.worker_logs["one"]
print(len(lines), lines[0][:4], lines[-1][:4], max(map(len, lines)) < 8_200, lines[0][-1])
for worker in range(1_200):
    environment.update_worker_logs({"worker_id": f"w{worker}", "logs": ["y" * 8_000] * 499 + [f"last of {worker}"]})
print(len(environment.worker_logs), "one" in environment.worker_logs, "w199" in environment.worker_logs)
print(8 << 20 < characters(environment) < 17 << 20)
print({lines[-1] == f"last of {name[1:]}" for name, lines in environment.worker_logs.items()})
