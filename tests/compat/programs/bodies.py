"""Memory of a large body that is not streamed, printed as JSON: KiB above what was held before, for each client.

Usage: `bodies.py HOST MEGABYTES`. `whole` is held with the body unread, `left` when the response is gone.
"""

import gc
import json
import sys

from locust.env import Environment

from locust import FastHttpUser, HttpUser

HOST, MEGABYTES = sys.argv[1], int(sys.argv[2])


def held():
    gc.collect()
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def measured(base):
    client = type("Caller", (base,), {"abstract": True, "host": HOST})(Environment()).client
    client.get("/big/1000000")
    before = held()
    response = client.get(f"/big/{MEGABYTES}000000")
    whole = held() - before
    assert response.status_code == 200
    del response
    return {"whole": whole, "left": held() - before}


print(json.dumps({base.__name__: measured(base) for base in (HttpUser, FastHttpUser)}))
