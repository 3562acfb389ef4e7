"""A route of Locust's with an answer of the locustfile's."""

# asks: /stats/requests/csv /own
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

    app.view_functions["locust.request_stats_csv"] = lambda: "replaced"

    @app.route("/own")
    def own():
        return "own"
