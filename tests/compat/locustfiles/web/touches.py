"""Asks for the Flask app."""

from locust import User, events, task


@events.init.add_listener
def add_route(web_ui, **_):
    web_ui.app.add_url_rule("/own", "own", lambda: "own")


class Quiet(User):
    @task
    def work(self):
        pass
