"""Replaces each original of HttpSession in its owner and in each base that has it, twice, and prints how many places
these are and where the native road did not close at once or did not open again."""

import json
from unittest import mock

import rlocust

rlocust.install()
from locust.clients import ORIGINALS, HttpSession
from locust.event import EventHook

client = HttpSession(base_url="http://localhost", request_event=EventHook(), user=None)._client
wrong = [] if client.is_intact() else ["from the start"]
places = {
    (place, name)
    for owner, name in ORIGINALS
    for place in (owner, *getattr(owner, "__mro__", ()))
    if place is owner or name in vars(place)
}
for place, name in sorted(places, key=str):
    for _ in range(2):
        with mock.patch.object(place, name) as replaced:
            # Python looks classes up anew after a change: that it has done so is no sign that nothing has changed.
            is_seen = replaced in [getattr(owner, noted) for owner, noted in ORIGINALS]
            # Asked twice, as the answer is remembered.
            if is_seen and (client.is_intact() or client.is_intact()):
                wrong.append(f"{place}.{name} is bypassed")
        if not client.is_intact():
            wrong.append(f"{place}.{name} is back")
HttpSession.of_the_suite = 1
if not client.is_intact():
    wrong.append("an attribute of the suite's own")
print(json.dumps([len(places), wrong]))
