"""Users that log in first and carry their token from then on."""

from locust import HttpUser

from configs.base import PASSWORD, USERNAME


class LoggedInUser(HttpUser):
    abstract = True

    def on_start(self):
        answer = self.client.post("/login", json={"username": USERNAME, "password": PASSWORD})
        self.authorization = {"Authorization": f"Bearer {answer.json()['token']}"}
        self.client.cookies.clear()  # the token alone must do
