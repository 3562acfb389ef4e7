# The HttpUser session's jar, edited by the suite.
from _lab import end_run, say

from locust import HttpUser, task


class Visitor(HttpUser):
    def show(self, label):
        say(label, repr(self.client.get("/cookie/show").text), dict(self.client.cookies))

    @task
    def edit(self):
        client = self.client
        client.cookies.set("mine", "1")
        self.show("set by hand")
        client.cookies["other"] = "2"
        client.get("/cookie/set?c=server%3D3%3B+Path%3D/")
        self.show("set by the server")
        del client.cookies["mine"]
        self.show("deleted by hand")
        say("one call", client.get("/cookie/show", cookies={"once": "4"}).text)
        self.show("after one call")
        answer = client.get("/cookie/set?c=a%3D1&c=b%3D2")
        say("answer's own", answer.cookies.get_dict(), answer.cookies.list_paths())
        hops = client.get("/redirect-to?url=/cookie/show&cookie=hop%3D1")
        say("over a hop", hops.text, hops.cookies.get_dict(), hops.history[0].cookies.get_dict())
        client.cookies.clear()
        self.show("cleared")
        end_run(self)
