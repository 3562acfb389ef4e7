"""Makes the calls of a JSON list with either tool and prints one line for each: its outcome, and the row it got.

    python network_calls.py '[{"client": "H", "url": …, "proxies": …}, …]' [--ours]

`client` names a client: one that begins with H is HttpUser's, with F FastHttpUser's, with S a session that trusts its
environment; `insecure` and `proxy_port` are settings of a FastHttpUser, `version` is `http_version`, `environment`
holds for the call, `bundle` is what `verify=True` means from then on. All else are arguments of `get`. At the end comes
a line with our accounting.
"""

import json
import os
import re
import sys
import warnings

OURS = "--ours" in sys.argv
if OURS:
    import rlocust

    rlocust.install()

import locust.clients as clients_module
from locust.clients import HttpSession
from locust.env import Environment

from locust import FastHttpUser, HttpUser, task

warnings.simplefilter("ignore")
environment = Environment(user_classes=[])
environment.create_local_runner()
rows: list[list[str]] = []
clients: dict[str, object] = {}


@environment.events.request.add_listener
def note(name, exception, **_):
    rows.append([name, repr(exception)])


def client_of(name: str, settings: dict[str, object]) -> object:
    if name.startswith("S"):
        return HttpSession("http://localhost", environment.events.request, None)
    base = HttpUser if name.startswith("H") else FastHttpUser
    members = {"host": "http://localhost", "task": task(lambda user: None), **settings}
    return type("User", (base,), members)(environment).client


def stable(text: str) -> str:
    return re.sub(r"_ssl\.c:\d+|0x\w+|port=\d+|localhost:\d+|127\.0\.0\.1:\d+", "_", text)


for call in json.loads(sys.argv[1]):
    name = call.pop("client")
    call.pop("what", None)
    settings = {key: call.pop(key) for key in ("insecure", "proxy_host", "proxy_port") if key in call}
    if "version" in call:
        settings["http_version"] = call.pop("version")
    if "bundle" in call:
        clients_module.DEFAULT_CA_BUNDLE_PATH = call.pop("bundle")
    os.environ.update(call.pop("environment", {}))
    client = clients.setdefault(name, None) or client_of(name, settings)
    clients[name] = client
    rows.clear()
    if isinstance(call.get("cert"), list):
        call["cert"] = tuple(call["cert"])
    try:
        response = client.get(**call)
        shown = [response.status_code, response.text or "", getattr(getattr(response, "raw", None), "version", None)]
    except Exception as error:
        shown = [type(error).__name__, str(error), None]
    print(stable(json.dumps([shown, rows])), flush=True)
    for key in [key for key in os.environ if key.lower().endswith("_proxy")]:
        del os.environ[key]

if OURS:
    print(json.dumps(environment.stats._native.accounting()))
