"""A file to keep."""

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
        headers = {"Content-Disposition": "attachment; filename=own.csv"}
        return Response("a,b\n1,2\n", mimetype="text/csv", headers=headers)
