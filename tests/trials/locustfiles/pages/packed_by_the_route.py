"""An answer that is gzipped already."""

# asks: /own
import gzip

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
        packed = gzip.compress(b"packed by the route " * 50, mtime=0)
        return Response(packed, mimetype="text/plain", headers={"Content-Encoding": "gzip"})
