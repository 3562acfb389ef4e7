# variants: http fast
from _lab import IS_FAST, Client, attempt, end_run, say

from locust import events, task


@events.request.add_listener
def told(request_type, name, exception, response_length, response_time, **_):
    say("told", name, response_length, repr(exception), "quick" if response_time < 350 else "slow")


class Visitor(Client):
    network_timeout = 5.0

    @task
    def streams(self):
        get = self.client.get
        attempt("whole", lambda: len(get("/long", stream=True).content))
        attempt("parts", lambda: [len(part) for part in get("/long", stream=True).iter_content(200)])
        attempt("chunked", lambda: get("/chunked", stream=True, name="chunked").text)
        attempt("gzip", lambda: get("/gzip", stream=True, name="gzip").text[:12])
        attempt("late end", lambda: get("/pause/in-body/500", name="not streamed").text)
        attempt("late end", lambda: get("/pause/in-body/500", stream=True, name="streamed").text)
        attempt("cut", lambda: get("/short", stream=True, name="cut while streaming").content)
        with get("/long", stream=True, catch_response=True, name="caught") as response:
            response.failure(f"{len(response.content)} bytes")
        if not IS_FAST:
            attempt("lines", lambda: list(get("/text/lines", stream=True).iter_lines()))
            attempt("raw", lambda: get("/long", stream=True).raw.read(10))
            attempt("text lines", lambda: list(get("/text/lines", stream=True).iter_lines(decode_unicode=True)))
        else:
            attempt("lines", lambda: list(self.client.iter_lines("/text/lines")))
            attempt("read", lambda: get("/long", stream=True).read(10))
        attempt("unread, then another", lambda: (get("/long", stream=True).status_code, get("/json").status_code))
        end_run(self)
