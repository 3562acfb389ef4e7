"""The examples of `locustfiles/protocols`, each with its server. `make protocols` runs this as a program: each example
for five seconds, and what came of it.
"""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.kit.places import EXAMPLES as FOLDER
from tests.kit.results import Totals, of_json
from tests.kit.runs import Goal, until_goal
from tests.kit.tools import RLOCUST, Run, run
from tests.protocols import servers
from tests.protocols.servers import Missing

LOAD = "--headless -u 5 -r 5 --stop-timeout 30 --only-summary --json".split()


@dataclass(frozen=True)
class Example:
    file: str
    server: Callable[[], AbstractContextManager[str]]
    #: Method and name of the rows that a run has.
    rows: tuple[tuple[str, str], ...]
    #: What the file imports.
    packages: tuple[str, ...] = ()
    host: str = "{}"

    def run(self, run_time: str | None = None) -> Run:
        """For so long, or until every row has requests."""
        servers.needs(*self.packages)
        with self.server() as address:
            host = ["-H", self.host.format(address)] if address else []
            words = ["-f", str(FOLDER / "protocols" / self.file), *host, *LOAD]
            if run_time:
                return run(RLOCUST, *words, "-t", run_time, deadline=120)
            words, variables = until_goal(Goal(names={name: 2 for _, name in self.rows}), *words)
            return run(RLOCUST, *words, env=variables)


EXAMPLES = (
    Example("grpc_greeter.py", servers.nothing, (("grpc", "/greeter.Greeter/Greet"),), ("grpc", "google.protobuf")),
    Example("grpc_user.py", servers.greeter, (("grpc", "/greeter.Greeter/Greet"),), ("grpc", "google.protobuf")),
    Example(
        "websocket_echo.py",
        servers.web_sockets,
        (("WebSocket", "connect"), ("WebSocket", "say")),
        ("websocket",),
        "ws://{}/echo",
    ),
    Example(
        "websocket_user.py",
        servers.web_sockets,
        (("WSConnect", "connect"), ("WS", "say"), ("WSSend", "send"), ("WSReceive", "heard second")),
        host="ws://{}",
    ),
    Example(
        "sse_user.py",
        servers.event_streams,
        (("POST", "chat"), ("GET", "prices")),
        host="http://{}",
    ),
    Example("raw_socket.py", servers.echo, (("tcp", "connect"), ("tcp", "echo"))),
    Example("redis_keys.py", servers.redis, (("Redis", "get"), ("Redis", "incr")), ("redis",)),
    Example("postgres_queries.py", servers.postgres, (("postgres_success", "execute_query"),), ("psycopg",)),
    Example(
        "mqtt_messages.py",
        servers.mosquitto,
        (("MQTT", "connect"), ("MQTT", "publish:1:greenhouse/temperature"), ("MQTT", "subscribe:1:greenhouse/#")),
        ("paho",),
    ),
    Example("mongodb_documents.py", servers.mongo, (("MONGODB", "QUERY"),), ("pymongo",)),
    Example("kafka_events.py", servers.kafka, (("Kafka", "clicks"),), ("confluent_kafka",)),
)


def totals(done: Run) -> Totals:
    return of_json(done.stdout)


def faults(example: Example, done: Run) -> list[str]:
    """What is wrong with a run of it; nothing where all is well."""
    if done.exit_code:
        return [f"exit code {done.exit_code}", done.stderr]
    found = totals(done)
    missing = [f"no row {row}" for row in example.rows if not found.get(row, (0, 0))[0]]
    failed = [f"{row}: {failures} of {requests} failed" for row, (requests, failures) in found.items() if failures]
    return missing + failed


def main() -> int:
    bad = 0
    print(f"{'example':24}{'requests':>10}  rows")
    for example in EXAMPLES:
        try:
            done = example.run("5s")
        except Missing as why:
            wrong, shown = [str(why)], "-"
        else:
            wrong = faults(example, done)
            shown = str(sum(requests for requests, _ in totals(done).values())) if not done.exit_code else "-"
        names = ", ".join(f"{method} {name}" for method, name in example.rows)
        print(f"{example.file:24}{shown:>10}  {'; '.join(wrong) or names}", flush=True)
        bad += bool(wrong)
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(main())
