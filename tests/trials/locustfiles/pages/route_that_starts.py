"""A route starts the test, another one stops it."""

# asks: /go /own /halt
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

    @app.route("/go")
    def go():
        environment.runner.start(1, 10)
        return "started"

    @app.route("/own")
    def own():
        return str(environment.runner.target_user_count)

    @app.route("/halt")
    def halt():
        environment.runner.stop()
        return environment.runner.state
