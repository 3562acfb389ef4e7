"""A page from a template of the locustfile."""

# asks: /own
from flask import render_template_string

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
        return render_template_string("<h1>{{ title }}</h1>", title="<ours>")
