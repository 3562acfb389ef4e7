"""One environment with two pages: each answers for itself, by its own app and behind its own log-in."""

import locust  # isort: skip - it patches what the others import
import requests
from locust.env import Environment

from locust import User
from tests.compat.programs.helpers import until


class Nobody(User):
    host = "http://nowhere"


environment = Environment(user_classes=[Nobody])
closed = environment.create_web_ui("127.0.0.1", 0, web_login=True)
closed.app.secret_key = "only for tests"
closed.login_manager.user_loader(lambda name: None)
environment.create_local_runner()
opened = environment.create_web_ui("127.0.0.1", 0)


def add(web_ui, name):
    web_ui.app.add_url_rule("/name", "name", lambda: name)


add(closed, "closed")
add(opened, "open")


def address(web_ui):
    until(lambda: web_ui.server and web_ui.server.server_port)
    return f"http://127.0.0.1:{web_ui.server.server_port}"


def asked(web_ui, path):
    answer = requests.get(address(web_ui) + path, allow_redirects=False, timeout=30)
    return answer.status_code, answer.headers.get("Location")


for web_ui in (closed, opened):
    print(requests.get(f"{address(web_ui)}/name", timeout=30).text)
    print([asked(web_ui, path) for path in ("/stats/requests", "/tasks")])
print(environment.web_ui is opened)
if locust.__file__.find("rlocust") >= 0:  # Locust has no such routes
    assert asked(closed, "/api/v1/form") == (401, None)
    assert asked(opened, "/api/v1/form") == (200, None)
closed.stop()
closed.greenlet.join()
print(requests.get(f"{address(opened)}/name", timeout=30).text)
environment.runner.quit()
opened.stop()
opened.greenlet.join()
