"""What every measurement here shares: nginx as the counting server, generators as pinned processes, readings of both.

A generator tells what it reached (test started, users spawned) by lines of JSON in the file named by BENCH_EVENTS;
nothing here guesses by sleeping. CPU time is the kernel's account of the whole process, all threads.
"""

import http.client
import json
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"
OUT = ROOT / "bench" / "out"
RLOCUST = os.environ.get("RLOCUST", str(ROOT / ".venv" / "bin" / "rlocust"))
LOCUST = os.environ.get("LOCUST", str(ROOT / ".venv-locust" / "bin" / "locust"))
CORES = sorted(os.sched_getaffinity(0))
GENERATOR_CORE, SERVER_CORE = CORES[0], CORES[-1]
TICKS = os.sysconf("SC_CLK_TCK")

NGINX_CONFIG = """
{user}
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_rlimit_nofile {files};
events {{ worker_connections {connections}; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 2000000000;
    keepalive_timeout 1h;
    default_type application/json;
    server {{
        listen 127.0.0.1:{port} backlog=16384;
        location / {{ return 200 '{body}'; }}
        location = /counted {{ stub_status; }}
        location = /big {{ root {folder}; }}
    }}
    server {{
        listen 127.0.0.1:{tls_port} ssl http2 backlog=16384;
        ssl_certificate {folder}/certificate.pem;
        ssl_certificate_key {folder}/key.pem;
        location / {{ return 200 '{body}'; }}
    }}
}}
"""
BIG = 1_000_000  # bytes of `/big`
BODY = '{"id": 1, "name": "a small answer of about a hundred bytes, as an API gives it", "done": false, "n": 100}'


def wait_until(condition: Callable[[], Any], what: str, seconds: float = 60, every: float = 0.05) -> Any:
    """The first true value of `condition`; a missed deadline names what was waited for."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(every)
    return value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name: str) -> str:
    """Full path of a system program, also where /usr/sbin is not in the PATH."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")
    if not found:
        raise SystemExit(f"`{name}` is not installed\nhint: .ci/packages {name}")
    return found


def pinned(core: int | None, command: Sequence[str]) -> list[str]:
    return list(command) if core is None else [program("taskset"), "-c", str(core), *command]


@dataclass(frozen=True)
class Counted:
    """One answer of nginx's counter. `requests` leaves out the questions asked of the counter itself."""

    requests: int
    connections: int


class Nginx:
    """One nginx worker that answers everything with 200 and a hundred bytes, and counts."""

    def __init__(self, core: int | None = SERVER_CORE) -> None:
        self.core = core
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.tls_port = free_port()
        self.tls_url = f"https://127.0.0.1:{self.tls_port}"
        self._asked = 0

    def __enter__(self) -> "Nginx":
        self._folder = tempfile.TemporaryDirectory(prefix="bench-nginx-")
        config = Path(self._folder.name) / "nginx.conf"
        files = min(32768, _hard_limit_of_files())
        config.write_text(
            NGINX_CONFIG.format(
                user="user root;" if os.geteuid() == 0 else "",
                folder=self._folder.name,
                files=files,
                connections=files - 64,
                port=self.port,
                tls_port=self.tls_port,
                body=BODY,
            )
        )
        (Path(self._folder.name) / "big").write_bytes(os.urandom(BIG))
        self._make_certificate()
        command = [program("nginx"), "-c", str(config), "-e", f"{self._folder.name}/error.log"]
        self._process = subprocess.Popen(pinned(self.core, command), stdin=subprocess.DEVNULL)
        wait_until(self._answers, "nginx answers")
        self._line = http.client.HTTPConnection("127.0.0.1", self.port)
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()
        stop(self._process)
        self._folder.cleanup()

    def _make_certificate(self) -> None:
        wanted = "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 2 -subj /CN=127.0.0.1".split()
        files = ["-keyout", "key.pem", "-out", "certificate.pem"]
        command = [program("openssl"), *wanted, *files]
        subprocess.run(command, cwd=self._folder.name, check=True, capture_output=True)

    def counted(self) -> Counted:
        self._line.request("GET", "/counted")
        words = self._line.getresponse().read().split()
        self._asked += 1
        # Active connections: N / server accepts handled requests / A H R / ... ; our own line is one of N
        return Counted(requests=int(words[9]) - self._asked, connections=int(words[2]) - 1)

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise SystemExit("nginx did not start")
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


def _hard_limit_of_files() -> int:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # children inherit it
    return hard if hard > 0 else soft


def stop(process: "subprocess.Popen[bytes]", with_signal: int = signal.SIGTERM, patience: float = 20) -> int:
    """Ends a process we started, by force when it does not go; its exit code."""
    if process.poll() is None:
        process.send_signal(with_signal)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


@dataclass(frozen=True)
class Reading:
    """What a process has used up at an instant."""

    at: float
    cpu: float  # seconds, user and system, all threads
    threads: dict[int, tuple[str, float]]  # thread id -> name, seconds on a core
    switches: int
    counted: Counted | None = None


def read_process(pid: int) -> Reading:
    folder = Path(f"/proc/{pid}")
    after_name = (folder / "stat").read_text().rpartition(")")[2].split()
    threads, switches = {}, 0
    for task in (folder / "task").iterdir():
        try:
            name = (task / "comm").read_text().strip()
            threads[int(task.name)] = (name, int((task / "schedstat").read_text().split()[0]) / 1e9)
            status = (task / "status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # the thread ended meanwhile; its time is still in the process's account
        switches += sum(int(line.split()[1]) for line in status.splitlines() if "ctxt_switches" in line)
    return Reading(time.monotonic(), (int(after_name[11]) + int(after_name[12])) / TICKS, threads, switches)


class Stolen:
    """The share of the cores' time that the host of a virtual machine has kept for others since this was made."""

    def __init__(self) -> None:
        self.all, self.taken = self._read()

    @staticmethod
    def _read() -> tuple[int, int]:
        times = [int(number) for number in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        return sum(times), times[7]

    def share(self) -> float:
        everything, taken = self._read()
        return (taken - self.taken) / max(1, everything - self.all)


def rss_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


@dataclass
class Generator:
    """A load generator as a process of its own, its talk in a log file, its events readable."""

    name: str
    command: list[str]
    core: int | None = GENERATOR_CORE
    env: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> "Generator":
        OUT.mkdir(parents=True, exist_ok=True)
        label = self.name.replace(" ", "-").lower()
        self._events = OUT / f"{label}.events"
        self._events.unlink(missing_ok=True)
        self.log = OUT / f"{label}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                pinned(self.core, self.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=OUT,
                env={**os.environ, **self.env, "BENCH_EVENTS": str(self._events), "PYTHONUNBUFFERED": "1"},
            )
        self.pid = self.process.pid
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def events(self) -> list[dict[str, Any]]:
        if not self._events.exists():
            return []
        lines = self._events.read_text().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def event(self, name: str, seconds: float = 60) -> dict[str, Any]:
        """Waits for the event; a generator that ended before it is an error with the end of its log."""

        def found() -> dict[str, Any] | None:
            match = [event for event in self.events() if event["event"] == name]
            if not match and self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended before `{name}`:\n{self.log.read_text()[-2000:]}")
            return match[0] if match else None

        return wait_until(found, f"`{name}` of {self.name}", seconds)

    def stop(self, with_signal: int = signal.SIGTERM, patience: float = 20) -> int:
        return stop(self.process, with_signal, patience)


def split_by_thread(first: Reading, last: Reading) -> dict[str, float]:
    """Seconds each kind of thread was on a core between two readings; threads of one name are one kind."""
    spent: dict[str, float] = {}
    for thread, (name, seconds) in last.threads.items():
        name = name.rstrip("0123456789-_")
        spent[name] = spent.get(name, 0.0) + seconds - first.threads.get(thread, (name, 0.0))[1]
    return spent


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    info = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), platform.machine())
    load = os.getloadavg()[0]
    return {
        "cpu": model,
        "cores": len(CORES),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "nginx": _version([program("nginx"), "-v"]),
        "load_before": round(load, 2),
        "date": time.strftime("%Y-%m-%d"),
    }


def _version(command: list[str]) -> str:
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    return (said.stdout + said.stderr).strip().splitlines()[0].rpartition("/")[2]


def available(path: str, what: str) -> bool:
    if Path(path).exists() or shutil.which(path):
        return True
    print(f"skipped, not installed: {what}", file=sys.stderr)
    return False


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def save(name: str, data: dict[str, Any]) -> Path:
    """Figures of a whole sitting are kept for the pages that show them; those of a part are not."""
    is_part = any(key.startswith(("BENCH_", "TRUTH_", "ACCOUNT_")) for key in os.environ)
    folder = OUT if is_part else RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(data, indent=1) + "\n")
    return path


@contextmanager
def demo_server(*arguments: str) -> Iterator[str]:
    """`rlocust demo` on a free port; gives its address."""
    command = [RLOCUST, "demo", "--port", "0", *arguments]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = next((word for word in line.split() if word.startswith("http://")), None)
        if address is None:
            raise SystemExit(f"`rlocust demo` did not say its address but: {line!r}")
        yield address.rstrip("/.,")
    finally:
        process.terminate()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()
