# variants: http fast
from _lab import IS_FAST, Client, attempt, end_run

from locust import task


class Visitor(Client):
    max_redirects = 3

    @task
    def limits(self):
        if not IS_FAST:
            self.client.max_redirects = 3
        self.client.get("/redirect/302/3")
        self.client.get("/redirect/302/4")
        attempt("history", lambda: [r.status_code for r in self.client.get("/redirect/301/2").history])
        attempt("to ftp", lambda: self.client.get("/redirect-to?url=ftp://127.0.0.1/x").status_code)
        attempt("to nonsense", lambda: self.client.get("/redirect-to?url=http://[broken/x").status_code)
        attempt("without location", lambda: self.client.get("/status/302").status_code)
        end_run(self)
