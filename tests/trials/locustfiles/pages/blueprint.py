"""A blueprint with routes under a prefix."""

# asks: /more/ /more/deep/5 /more/deep/x
from flask import Blueprint

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

    more = Blueprint("more", __name__, url_prefix="/more")

    @more.route("/")
    def index():
        return "index"

    @more.route("/deep/<int:number>")
    def deep(number):
        return f"number {number}"

    app.register_blueprint(more)
