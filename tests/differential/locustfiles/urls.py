# variants: http fast
# host: none
from _lab import LAB, Client, attempt, end_run

from locust import task


class Visitor(Client):
    host = LAB

    @task
    def odd_addresses(self):
        attempt("no slash", lambda: self.client.get("ok").status_code)
        attempt("empty", lambda: self.client.get("").status_code)
        attempt("odd scheme", lambda: self.client.get("gopher://x/").status_code)
        attempt("no host", lambda: self.client.get("http:///x").status_code)
        attempt("bad port", lambda: self.client.get("http://127.0.0.1:port/").status_code)
        attempt("port too large", lambda: self.client.get("http://127.0.0.1:99999/").status_code)
        attempt("bytes", lambda: self.client.get(b"/bytes").status_code)
        attempt("none", lambda: self.client.get(None).status_code)
        attempt("number", lambda: self.client.get(5).status_code)
        attempt("long label", lambda: self.client.get(f"http://{'a' * 70}.invalid/", name="long label").status_code)
        end_run(self)
