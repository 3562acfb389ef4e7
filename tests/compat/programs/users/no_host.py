from locust.env import Environment

from locust import HttpUser
from tests.compat.programs.helpers import attempt


class Client(HttpUser):
    pass


attempt(lambda: Client(Environment()))

import requests  # after `locust`, which patches what it imports

Client.host = "http://localhost:1"
user = Client(Environment())
print(user.client.base_url, user.client.trust_env, isinstance(user.client, requests.Session))
print(user.client.user is user, user.client.request_event is user.environment.events.request)
