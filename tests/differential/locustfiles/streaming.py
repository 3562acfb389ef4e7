# variants: http fast
import gevent
from _lab import IS_FAST, Client, ask, attempt, end_run, say

from locust import events, task


@events.request.add_listener
def told(request_type, name, exception, response_length, response_time, **_):
    say("told", name, response_length, repr(exception))
    times[name] = response_time


times = {}
HELD = 0.1  # seconds


class Visitor(Client):
    def late_end(self, name, **more):
        """The body ends after the call has returned, or, where the call waits for it, some time after it was asked."""
        path = f"/held/in-body/{name.replace(' ', '-')}"

        def release():
            ask(seen=[path, 1])
            if not more:
                gevent.sleep(HELD)
            ask(release=path.rpartition("/")[2])

        if not more:
            gevent.spawn(release)
        response = self.client.get(path, name=name, **more)
        say("reported, the end of the body included:", times[name] >= 1000 * HELD if not more else name not in times)
        if more:
            release()
        return response.text

    @task
    def streams(self):
        get = self.client.get
        attempt("whole", lambda: len(get("/long", stream=True).content))
        attempt("parts", lambda: [len(part) for part in get("/long", stream=True).iter_content(200)])
        attempt("chunked", lambda: get("/chunked", stream=True, name="chunked").text)
        attempt("gzip", lambda: get("/gzip", stream=True, name="gzip").text[:12])
        attempt("late end", lambda: self.late_end("not streamed"))
        attempt("late end", lambda: self.late_end("streamed", stream=True))
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
