"""Prints which parts of a session its class shows, what its objects hold, and what a part of the suite's own does."""

from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession
from locust.event import EventHook

PARTS = {
    HttpSession: "headers proxies hooks params adapters cookies auth verify no_such_part".split(),
    FastHttpSession: "client cookiejar auth_header no_such_part".split(),
}


class OwnHeaders(HttpSession):
    """Asks for a part that is nowhere in a way of its own."""

    def __getattr__(self, name):
        return f"asked for {name}"


def session(cls):
    return cls(base_url="http://localhost", request_event=EventHook(), user=None)


for cls, names in PARTS.items():
    made = session(cls)
    for name in names:
        print(cls.__name__, name, hasattr(made, name))
        if hasattr(made, name):
            setattr(made, name, "replaced")
            print(getattr(made, name), vars(made)[name])
for name in PARTS[HttpSession][:6]:
    print(name, hasattr(HttpSession, name))
    try:
        getattr(HttpSession, name)
    except AttributeError as error:
        print(error)
own = session(OwnHeaders)
print(own.headers["Accept"], own.no_such_part)
