"""A route that takes a form."""

# asks: /own POST:/own?name=me POST:/own?name=%C3%A4
from flask import request

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

    @app.route("/own", methods=["GET", "POST"])
    def own():
        return f"{request.method} {request.args.get('name')} {sorted(request.form)}"
