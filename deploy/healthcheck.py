"""Is the rlocust of this container well? Exit code 0 says yes; Docker asks every ten seconds.

With a web page: its server must answer, at an address for which it need not ask the locustfile, which may be busy. A
worker and a headless run have none, and are well as long as they live: a worker that has lost its master for good ends
by itself. The settings are those of process 1, which Docker started.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

EVERYWHERE = ("", "*", "0.0.0.0", "::")
NO = ("", "0", "false", "no", "off")


def address(arguments: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Where to ask, or None where nothing is served."""

    def setting(option: str, variable: str, default: str = "") -> str:
        for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
            if word == option:
                return following or "yes"
            if word.startswith(option + "="):
                return word.partition("=")[2]
        return environment.get(variable, default)

    for option, variable in (("--headless", "LOCUST_HEADLESS"), ("--worker", "LOCUST_MODE_WORKER")):
        if option in arguments or environment.get(variable, "").lower() not in NO:
            return None
    host = setting("--web-host", "LOCUST_WEB_HOST")
    port = setting("-P", "", setting("--web-port", "LOCUST_WEB_PORT", "8089"))
    scheme = "https" if setting("--tls-cert", "LOCUST_TLS_CERT") else "http"
    base = setting("--web-base-path", "LOCUST_WEB_BASE_PATH").rstrip("/")
    return f"{scheme}://{'127.0.0.1' if host in EVERYWHERE else host}:{port}{base}/healthz"


def answers(url: str, limit: float = 4) -> bool:
    import ssl  # here: who asks for no page is spared them
    import urllib.error
    import urllib.request

    unverified = ssl._create_unverified_context()  # its certificate is for other names than this machine's own
    try:
        with urllib.request.urlopen(url, timeout=limit, context=unverified):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500  # a login that is asked for is an answer
    except OSError:
        return False


def main() -> int:
    arguments = Path("/proc/1/cmdline").read_text().split("\0")
    url = address(arguments, os.environ)
    return 0 if url is None or answers(url) else 1


if __name__ == "__main__":
    sys.exit(main())
