from gevent.pywsgi import WSGIServer

from locust import HttpUser, constant, events, task


def answer(environ, start_response):
    start_response("200 OK", [("Content-Length", "0"), ("Set-Cookie", f"token={5000 * 'n'}")])
    return [b""]


@events.init.add_listener
def serve(environment, **_):
    server = WSGIServer(("127.0.0.1", 0), answer, log=None)
    server.start()
    environment.host = f"http://127.0.0.1:{server.server_port}"


class Member(HttpUser):
    wait_time = constant(0.1)

    @task
    def visit(self):
        self.client.get("/")
