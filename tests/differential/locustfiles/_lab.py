"""What the compared locustfiles share: the client in question, where the lab is, how a run ends."""

import os
import re

import gevent

from locust import FastHttpUser, HttpUser

Client = FastHttpUser if os.environ.get("LAB_CLIENT") == "fast" else HttpUser
IS_FAST = Client is FastHttpUser
LAB = f"http://127.0.0.1:{os.environ.get('LAB_HTTP')}"
REFUSED = f"http://127.0.0.1:{os.environ.get('LAB_REFUSED')}"


def end_run(user):
    """Ends the run from outside the user, then waits to be stopped."""
    gevent.spawn(user.environment.runner.quit)
    gevent.sleep(60)


def say(*words):
    print(*words, flush=True)


def attempt(label, call):
    """Prints what `call` gives, or what it raises."""
    try:
        say(label, "→", shown(call()))
    except AttributeError:
        say(label, "raised AttributeError")  # its text names inner attributes
    except Exception as error:
        say(label, "raised", type(error).__module__, shown(error))


def shown(value):
    return re.sub(r"'(Date|date)': '[^']*'", "'Date': …", repr(value))
