"""JSON: send objects with `json=`, read answers with `response.json()`, turn what is wrong with them into failures.

rlocust demo --port 8000
rlocust -f json_api.py --headless -u 5 -r 5 -t 10s -H http://127.0.0.1:8000
"""

from json import JSONDecodeError

from locust import HttpUser, constant, task


class JsonUser(HttpUser):
    wait_time = constant(0.1)

    @task
    def send_an_object(self):
        sent = {"title": "Käse", "tags": ["cheese", "ripe"], "price": 4.5, "sold": None}
        with self.client.post("/items", json=sent, catch_response=True) as response:
            received = response.json()
            del received["id"]
            if received != sent:
                response.failure("the answer is not what was sent")

    @task
    def read_text_as_json(self):
        with self.client.get("/text", catch_response=True) as response:
            try:
                response.json()
            except JSONDecodeError:
                response.failure("Response could not be decoded as JSON")

    @task
    def miss_a_key(self):
        with self.client.get("/json", catch_response=True) as response:
            try:
                response.json()["greeting"]
            except KeyError as missing:
                response.failure(f"Response did not contain the key {missing}")
