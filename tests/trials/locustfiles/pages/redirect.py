"""Another place."""

# asks: /own /old
from flask import redirect, url_for

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
        return "the new place"

    @app.route("/old")
    def old():
        return redirect(url_for("own"))
