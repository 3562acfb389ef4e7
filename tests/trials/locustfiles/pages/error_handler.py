"""A page for what is not there."""

# asks: /nothing /own
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

    @app.errorhandler(404)
    def missing(error):
        return "nothing of that name", 404

    @app.route("/own")
    def own():
        return "here"
