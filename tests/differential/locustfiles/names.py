# variants: http fast
from _lab import LAB, Client, end_run

from locust import task


class Visitor(Client):
    @task
    def visit(self):
        client = self.client
        client.get("/items/1")
        client.get("/items/2?x=1&y=a b")
        client.get("/items/3", params={"page": 3, "q": "å"})
        client.get("/items/4", name="/items/[id]")
        client.post("/items/5", name="/items/[id]")
        client.get("/items/6", name="")
        client.get(f"{LAB}/absolute/path?x=1", name="absolute, named")
        client.get("/items/[7]/with space/ö#part")
        client.request_name = "by attribute"
        client.get("/items/8")
        client.get("/items/9", name="explicit wins")
        client.request_name = None
        with client.rename_request("outer"):
            client.get("/items/10")
            with client.rename_request("inner"):
                client.get("/items/11")
            client.get("/after/inner")
        client.get("/after/outer")
        client.request("get", "/lower/case/method")
        client.request("PURGE", "/cache")
        client.get("/redirect/302/2")
        client.get("/x" * 60)
        end_run(self)
