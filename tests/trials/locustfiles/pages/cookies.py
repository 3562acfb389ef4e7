"""A route that sets cookies."""

# asks: /own /read
from flask import make_response, request

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
        response = make_response("set")
        response.set_cookie("taste", "sweet")
        return response

    @app.route("/read")
    def read():
        return str(request.cookies.get("taste"))
