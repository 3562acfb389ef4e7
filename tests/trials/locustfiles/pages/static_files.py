"""Files of a folder of the locustfile."""

# asks: /own/static_files.py /own/nothing.txt
import os

from flask import send_from_directory

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

    @app.route("/own/<path:name>")
    def own(name):
        return send_from_directory(os.path.dirname(os.path.abspath(__file__)), name)
