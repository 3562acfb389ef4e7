"""Some paths are closed."""

# asks: /own /closed /closed/deep
from flask import abort, request

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

    @app.before_request
    def close():
        if request.path.startswith("/closed"):
            abort(403)

    @app.route("/own")
    def own():
        return "open"
