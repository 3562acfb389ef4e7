"""An answer that is made piece by piece."""

# asks: /own
from flask import Response

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

    @app.route("/own")
    def own():
        return Response((f"line {number}\n" for number in range(200)), mimetype="text/plain")
