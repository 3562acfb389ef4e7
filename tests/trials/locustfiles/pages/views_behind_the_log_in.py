"""A view that asks for the log-in, where there is one."""

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

    @app.route("/own")
    @web_ui.auth_required_if_enabled
    def own():
        return "for everybody"
