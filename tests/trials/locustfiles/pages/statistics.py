"""A route that shows figures."""

# asks: /own
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

    environment.events.request.fire(request_type="GET", name="x", response_time=12, response_length=3)

    @app.route("/own")
    def own():
        row = environment.stats.get("x", "GET")
        return f"{row.num_requests} {row.avg_response_time} {environment.stats.total.num_requests}"
