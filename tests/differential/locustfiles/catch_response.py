# variants: http fast
from _lab import IS_FAST, REFUSED, Client, attempt, end_run, say
from locust.exception import (
    CatchResponseError,
    InterruptTaskSet,
    LocustError,
    RescheduleTask,
    ResponseError,
)

from locust import events, task


@events.request.add_listener
def told(request_type, name, exception, context, **_):
    say("told", request_type, name, repr(exception), context)


class Visitor(Client):
    def block(self, name, act, url="/json", **more):
        try:
            with self.client.get(url, name=name, catch_response=True, **more) as response:
                act(response)
        except Exception as error:
            say(name, "propagated", repr(error))

    @task
    def outcomes(self):
        self.block("nothing", lambda r: None)
        self.block("nothing on 404", lambda r: None, "/status/404")
        self.block("success on 500", lambda r: r.success(), "/status/500")
        self.block("failure with text", lambda r: r.failure("wrong words"))
        self.block("failure with dict", lambda r: r.failure({"code": 3}))
        self.block("failure with none", lambda r: r.failure(None))
        self.block("failure with empty text", lambda r: r.failure(""))
        self.block("failure with exception", lambda r: r.failure(ValueError("value")))
        self.block("failure then success", lambda r: (r.failure("no"), r.success()))
        self.block("success then failure", lambda r: (r.success(), r.failure("yes")))
        self.block("success on refused", lambda r: r.success(), REFUSED + "/x")
        self.block("failure on refused", lambda r: r.failure("mine"), REFUSED + "/x")
        for error in (
            ResponseError("response"),
            CatchResponseError("catch"),
            RescheduleTask("again"),
            InterruptTaskSet(),
            LocustError("locust"),
            KeyError("key"),
        ):
            self.block(f"raise {type(error).__name__}", self.raising(error))
            self.block(f"failure then {type(error).__name__}", self.raising(error, lambda r: r.failure("first")))
            self.block(
                f"success then {type(error).__name__}", self.raising(error, lambda r: r.success()), "/status/503"
            )
        self.block("raise_for_status", lambda r: r.raise_for_status(), "/status/404")
        self.block("failure then raise_for_status", lambda r: (r.failure("f"), r.raise_for_status()))
        self.block("success then raise_for_status", lambda r: (r.success(), r.raise_for_status()), "/status/404")
        self.block("renamed inside", lambda r: r.request_meta.update(name="renamed inside, yes"))
        self.block("context", lambda r: r.request_meta["context"].update(late=1), context={"early": 1})
        self.misuse()
        end_run(self)

    def raising(self, error, before=lambda response: None):
        def act(response):
            before(response)
            raise error

        return act

    def misuse(self):
        plain = self.client.get("/json", name="plain")
        attempt("success on a plain response", plain.success)
        attempt("failure on a plain response", lambda: plain.failure("no"))
        lonely = self.client.get("/json", name="never told", catch_response=True)
        attempt("success outside with", lonely.success)
        attempt("failure outside with", lambda: lonely.failure("no"))
        say("fast" if IS_FAST else "http", "with, without catch_response")
        attempt("with on a plain response", self.enter_plain)

    def enter_plain(self):
        with self.client.get("/json", name="entered") as response:
            return response.status_code
