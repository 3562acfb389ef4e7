"""Which calls of `HttpSession` the engine carries, and which `requests`: the table of docs/http-roads.md."""

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("programs") / "roads.py"

EXPECTED = {
    **dict.fromkeys("plain params form bytes json headers timeout".split(), 1),
    **dict.fromkeys(("basic auth", "session headers", "session auth", "session verify", "session cookies"), 1),
    **dict.fromkeys(("files", "list of pairs", "cookies", "session params", "environment"), 2),
    **dict.fromkeys(("stream", "generator", "auth object", "hooks", "session hooks", "mounted adapter"), 3),
    **{
        f"patched {attribute}": 3
        for attribute in (
            "request send get_adapter should_strip_auth rebuild_auth rebuild_method rebuild_proxies resolve_redirects "
            "urlopen ConnectionCls create_connection getaddrinfo"
        ).split()
    },
    "after the patches": 1,
    "send of a prepared request": "Response",
}


def test_each_form_of_a_call_takes_its_road(demo):
    """contract/http-client.md section 1; a replaced original closes the native roads until it is back."""
    ran = subprocess.run([sys.executable, str(PROGRAM), demo.url], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == EXPECTED
