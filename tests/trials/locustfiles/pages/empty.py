"""Answers without a body."""

# asks: /own HEAD:/full DELETE:/own
from locust import User, constant, events, task


class Idle(User):
    host = "http://nowhere"
    wait_time = constant(1)

    @task
    def wait_a_little(self):
        pass


@events.init.add_listener
def add(environment, web_ui, **_):
    app = web_ui.app

    @app.route("/own", methods=["GET", "DELETE"])
    def own():
        return "", 204

    @app.route("/full")
    def full():
        return "full"
