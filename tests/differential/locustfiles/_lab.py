"""What the compared locustfiles share: the client in question, where the lab is, how a run ends."""

import json
import os
import re
import socket
import time

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


def end_at_rest(environment, *ways):
    """Ends the run as `ways` say (by `runner.quit`) once all its users are spawned and each of them waits or has gone.
    Not for users whose waits end."""
    quit_when(environment, lambda: is_at_rest(environment.runner), *ways)


def is_at_rest(runner, state="running"):
    states = [greenlet.args[0]._state for greenlet in runner.user_greenlets]
    return runner.state == state and all(each == "waiting" for each in states)


def quit_when(environment, is_over, *ways):
    """The same once `is_over`, in a greenlet of its own."""

    def watch():
        until(is_over)
        gevent.sleep(0.01)  # a turn of the loop: what a greenlet that died is linked to has run
        for way in ways or [environment.runner.quit]:
            way()

    gevent.spawn(watch)


def until(condition):
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            say("waited in vain")
            return
        gevent.sleep(0.01)


def ask(**order):
    """Has the lab's server do this, or wait for it: see `server.py`."""
    with socket.create_connection(("127.0.0.1", int(os.environ["LAB_CONTROL"]))) as line, line.makefile("rwb") as file:
        file.write(json.dumps({"of": int(os.environ["LAB_HTTP"]), **order}).encode() + b"\n")
        file.flush()
        return json.loads(file.readline())


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
