"""The interface is there before its environment has a runner, at the address that it keeps."""

import locust  # noqa: F401 isort: skip - it patches what the others import
import requests
from locust.env import Environment

from locust import User
from tests.compat.programs.helpers import until

environment = Environment(user_classes=[User])
web_ui = environment.create_web_ui("127.0.0.1", 0)
until(lambda: web_ui.server and web_ui.server.server_port)
port = web_ui.server.server_port
for _ in range(2):
    answer = requests.get(f"http://127.0.0.1:{port}/")
    print(answer.status_code, answer.headers["Content-Type"], answer.text)


def state():
    try:
        return requests.get(f"http://127.0.0.1:{port}/stats/requests").json()["state"]
    except (requests.ConnectionError, requests.JSONDecodeError):
        return "away"


environment.create_local_runner()
until(lambda: state() == "ready")
print(web_ui.server.server_port == port, requests.get(f"http://127.0.0.1:{port}/").status_code)
web_ui.stop()
