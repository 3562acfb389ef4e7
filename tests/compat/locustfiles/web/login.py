"""A log-in of the suite's own, as the documentation of Locust describes it."""

import os

from flask import Blueprint, redirect, request, session, url_for
from flask_login import UserMixin, login_user, logout_user

from locust import User, constant, events, task


class Worker(User):
    wait_time = constant(0.1)
    host = "http://nowhere"

    @task
    def work(self):
        pass


class Person(UserMixin):
    def __init__(self, name):
        self.name = name

    def get_id(self):
        return self.name


def by_token(request):
    return Person("a program") if request.headers.get("Authorization") == "Bearer right" else None


@events.init.add_listener
def add_login(environment, web_ui, **_):
    if web_ui is None or os.environ.get("WITHOUT_A_KEY"):
        return
    web_ui.app.config["SECRET_KEY"] = "only for tests"
    web_ui.login_manager.user_loader(Person)
    web_ui.login_manager.request_loader(by_token)
    web_ui.auth_args = {
        "username_password_callback": "/login_submit",
        "auth_providers": [{"label": "Elsewhere", "callback_url": "/login/elsewhere"}],
        "title": "Who are you?",
    }
    pages = Blueprint("auth", "auth_pages")

    @pages.route("/login_submit", methods=["POST"])
    def submit():
        if request.form.get("password") == "right":
            login_user(Person(request.form["username"]))
            return redirect(url_for("locust.index"))
        session["auth_error"] = "Invalid username or password"
        return redirect(url_for("locust.login"))

    @pages.route("/logout")
    def logout():
        logout_user()
        return redirect(url_for("locust.login"))

    @pages.route("/open")
    def open_to_all():
        return "for everybody"

    @pages.route("/closed")
    @web_ui.auth_required_if_enabled
    def closed():
        return "for those who have logged in"

    web_ui.app.register_blueprint(pages)
