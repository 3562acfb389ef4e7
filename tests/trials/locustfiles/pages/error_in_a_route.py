"""A route that raises."""

# asks: /own /wrong
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

    @app.route("/wrong")
    def wrong():
        raise ValueError("in the route")

    @app.route("/own")
    def own():
        return "right"
