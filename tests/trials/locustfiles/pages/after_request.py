"""Every answer gets a header."""

# asks: /own /stats/requests /nothing
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

    @app.after_request
    def sign(response):
        response.headers["X-Signed"] = "yes"
        return response

    @app.route("/own")
    def own():
        return "signed"
