"""Columns and tabs of the locustfile's own."""

# asks: /own /stats/requests
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

    extend = Blueprint("extend", "extend")

    @extend.route("/own")
    def own():
        web_ui.update_template_args()
        web_ui.template_args["extended_tabs"] = [{"title": "Own", "key": "own"}]
        return str(web_ui.template_args["extended_tabs"])

    app.register_blueprint(extend)
