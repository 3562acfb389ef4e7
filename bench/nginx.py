"""nginx as the server of the measurements: it answers everything with 200 and a hundred bytes, and counts."""

import http.client
import json
import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.rig import SERVER_CORE, pinned
from tests.kit.certificates import self_signed
from tests.kit.nginx import nginx_process
from tests.kit.places import ROOT
from tests.kit.ports import free_port

CONFIG = ROOT / "bench" / "nginx.conf"
BIG = 1_000_000  # bytes of `/big`
BODY = '{"id": 1, "name": "a small answer of about a hundred bytes, as an API gives it", "done": false, "n": 100}'
ORDER = json.dumps({"id": 1, "items": [{"sku": f"item-{n}", "count": n, "price": n * 1.25} for n in range(42)]})


@dataclass(frozen=True)
class Counted:
    """One answer of nginx's counter. `requests` leaves out the questions asked of the counter itself."""

    requests: int
    connections: int


class Nginx:
    """One worker on a core of its own."""

    def __init__(self, port: int, tls_port: int, line: http.client.HTTPConnection) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.tls_url = f"https://127.0.0.1:{tls_port}"
        self._line = line
        self._asked = 0

    def counted(self) -> Counted:
        self._line.request("GET", "/counted")
        words = self._line.getresponse().read().split()
        self._asked += 1
        # Active connections: N / server accepts handled requests / A H R / ... ; our own line is one of N
        return Counted(requests=int(words[9]) - self._asked, connections=int(words[2]) - 1)


@contextmanager
def counting_nginx(core: int | None = SERVER_CORE) -> Iterator[Nginx]:
    files = min(32768, _hard_limit_of_files())
    tls_port = 0

    def config(port: int) -> str:
        nonlocal tls_port
        tls_port = free_port()
        return CONFIG.read_text().format(
            user="user root;" if os.geteuid() == 0 else "",
            folder=folder,
            files=files,
            connections=files - 64,
            port=port,
            tls_port=tls_port,
            body=BODY,
            order=ORDER,
        )

    with tempfile.TemporaryDirectory(prefix="bench-nginx-") as folder:
        (Path(folder) / "big").write_bytes(os.urandom(BIG))
        self_signed(Path(folder))
        with (
            nginx_process(Path(folder), config, pinned(core, [])) as (_, port),
            closing(http.client.HTTPConnection("127.0.0.1", port)) as line,
        ):
            yield Nginx(port, tls_port, line)


def _hard_limit_of_files() -> int:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # children inherit it
    return hard if hard > 0 else soft
