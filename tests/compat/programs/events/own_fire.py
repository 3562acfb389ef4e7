"""A suite that has put its own `fire` in the place of a hook's: on the hook itself, in a subclass, or in EventHook
before there is an environment.

Usage: `own_fire.py HOST`.
"""

import sys

from locust.env import Environment
from locust.event import EventHook

from locust import FastHttpUser, HttpUser


class OwnHook(EventHook):
    def fire(self, *, reverse=False, **keywords):
        print("subclass", keywords["name"])
        super().fire(reverse=reverse, **keywords)


def replaced_on(hook):
    fire = hook.fire

    def own(**keywords):
        print("instance", keywords["name"])
        fire(**keywords)

    hook.fire = own


def own_of_class(hook, **keywords):
    if "name" in keywords:
        print("class", keywords["name"])
    made(hook, **keywords)


made = EventHook.fire
for base in (HttpUser, FastHttpUser):
    for put in ("on the hook", "in a subclass", "in the class", "nowhere"):
        EventHook.fire = own_of_class if put == "in the class" else made
        environment = Environment()
        if put == "in a subclass":
            environment.events.request = OwnHook()
        runner = environment.create_local_runner()
        if put == "on the hook":
            replaced_on(environment.events.request)
        client = type("Caller", (base,), {"abstract": True, "host": sys.argv[1]})(environment).client
        client.get("/text")
        client.get("/status/500", name="failing")
        print(put, environment.stats.total.num_requests, environment.stats.total.num_failures)
        runner.quit()
