# variants: http fast
from json import JSONDecodeError

from _lab import Client, attempt, end_run

from locust import task


class Visitor(Client):
    def checked(self, path, key, **more):
        with self.client.get(path, catch_response=True, **more) as response:
            try:
                if response.json()[key] != "hello":
                    response.failure(f"Did not get the expected value in {key}")
            except JSONDecodeError as error:
                response.failure(f"Response could not be decoded as JSON: {error}")
            except KeyError as error:
                response.failure(f"Response did not contain key {error}")
            except Exception as error:
                response.failure(error)

    @task
    def read(self):
        self.checked("/json", "message", name="good")
        self.checked("/json", "number", name="wrong value")
        self.checked("/json", "missing", name="missing key")
        self.checked("/json/broken", "message", name="broken")
        self.checked("/json/empty", "message", name="empty")
        self.checked("/json/list", "message", name="a list")
        self.checked("/status/500", "message", name="no json")
        attempt("json", lambda: self.client.get("/json").json())
        attempt("broken", lambda: self.client.get("/json/broken").json())
        attempt("empty", lambda: self.client.get("/json/empty").json())
        attempt("text", lambda: self.client.get("/text/utf8").json())
        attempt("sent", lambda: self.client.post("/echo", json={"a": [1, None, "å"]}).json())
        end_run(self)
