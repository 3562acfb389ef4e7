"""Suites test the views they add with Flask's own client, without a server."""

import json

from locust.env import Environment

from locust import User, constant, task


class Worker(User):
    wait_time = constant(1)
    host = "http://nowhere"

    @task
    def work(self):
        pass


environment = Environment(user_classes=[Worker])
environment.create_local_runner()
web_ui = environment.create_web_ui("127.0.0.1", 0, delayed_start=True)
print(web_ui.greenlet, web_ui.server, web_ui is environment.web_ui, type(web_ui.app).__name__)


@web_ui.app.route("/added")
@web_ui.auth_required_if_enabled
def added():
    """Says something."""
    return "added"


print(added.__name__, added.__doc__)
client = web_ui.app.test_client()
print(client.get("/added").text, client.get("/nowhere").status_code)
stats = client.get("/stats/requests").json
print(sorted(stats), sorted(stats["stats"][0]), stats["state"])
print(client.get("/tasks").json)
print(client.post("/swarm", data={"user_count": "x", "spawn_rate": "1"}).json)
print(client.get("/swarm").status_code, client.get("/login").status_code)
print(client.post("/user", data=json.dumps({"user_class_name": "Worker"}), content_type="text/plain").status_code)
print(client.get("/exceptions").json, client.get("/worker-count").json)
print(client.get("/stats/requests/csv").text.splitlines()[0])
print(client.get("/stats/report").status_code, client.get("/").status_code)
print(web_ui.app.name, sorted(web_ui.app.blueprints), web_ui.app.debug)
web_ui.app.view_functions["locust.request_stats"].clear_cache()
try:
    print(web_ui.login_manager)
except AttributeError as error:
    print("AttributeError", str(error).strip())
