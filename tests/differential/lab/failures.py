"""The failure table: what a locustfile sees of each fault under either tool, compared case by case.

Three clients: `http` (HttpUser), `hook` (HttpUser with a response hook, which only requests itself can carry) and
`fast` (FastHttpUser). Masked are ports, memory addresses, places in CPython's `_ssl.c` and the resolver's number for
an unknown name (-2 or -3, by machine).
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from tests.differential.lab import digests, failure_cases, tools
from tests.differential.lab.record_comparison import RecordComparison
from tests.kit.places import ROOT
from tests.kit.tools import LOCUST, Tool

RECORDS = tools.HOME / "records" / "failures"
DIGEST = RECORDS / "digest.txt"
AS_HTTP = "as http"
LISTED = tools.HOME / "failures_listed.toml"
CLIENTS = ("http", "hook", "fast")
TLS = ROOT / "tests" / "engine" / "data" / "tls"
PROGRAM = tools.HERE / "failures_locustfile.py"
LIMIT = 600.0  # seconds for the cases of one client
Cases = dict[str, Any]
Listed = list[dict[str, Any]]


def names(parts: list[str] | None = None, group: str = "", client: str = "") -> list[str]:
    """`client/case` of this group and client, if any is given; only those that hold one of `parts`."""
    found = [
        f"{kind}/{case.name}"
        for kind in CLIENTS
        for case in failure_cases.cases()
        if kind in case.clients and client in ("", kind) and group in ("", case.group)
    ]
    return [name for name in found if not parts or any(part in name for part in parts)]


def take(tool: Tool, wanted: list[str]) -> Cases:
    """`client/case` → what was seen of it under this tool; one client after the other."""
    taken: Cases = {}
    for client in CLIENTS:
        chosen = [name.partition("/")[2] for name in wanted if name.startswith(f"{client}/")]
        taken |= take_client(tool, client, chosen) if chosen else {}
    return taken


def take_client(tool: Tool, client: str, chosen: list[str]) -> Cases:
    with tools.lab_server() as server:
        extra = tools.LAB_ON_PATH | {
            "LAB_CLIENT": client,
            "LAB_PORTS": json.dumps(server.ports),
            "LAB_CA": str(TLS / "ca.pem"),
            "LAB_CASES": ";".join(chosen),
        }
        arguments = ["-f", str(PROGRAM), "--headless", "-u", "1", "--only-summary"]
        ended = tools.run(tool, arguments, extra, deadline=LIMIT)
        chapters = server.dump()[1:]
    if len(chapters) != len(chosen) or not all(chapter["notes"] for chapter in chapters):
        raise RuntimeError(f"{tool.name} ended with {ended.exit_code}:\n{ended.stdout}{ended.stderr}")
    return {f"{client}/{chapter['name']}": seen(chapter, server.ports) for chapter in chapters}


def seen(chapter: dict[str, Any], ports: dict[str, int]) -> dict[str, Any]:
    asked = [[r["connection"], r["raw"].partition("\r\n")[0]] for r in chapter["requests"]]
    return masked({**chapter["notes"], "asked": asked}, ports | {"http": chapter["port"]})


def masked(notes: dict[str, Any], ports: dict[str, int]) -> dict[str, Any]:
    text = json.dumps(notes, ensure_ascii=False)
    for name, port in ports.items():
        text = re.sub(rf"(?<!\d){port}(?!\d)", f"PORT_OF_{name.upper()}", text)
    text = re.sub(r"_ssl\.c:\d+", "_ssl.c:LINE", text)
    text = re.sub(
        r"-[23](, '|\] )(Name or service not known|Temporary failure in name resolution)", r"-2\1UNKNOWN", text
    )
    return json.loads(text.replace(str(TLS), "TLS"))


def write_record(wanted: list[str]) -> int:
    """Those of cases that are not wanted stay; those of no case go."""
    taken = take(LOCUST, wanted)
    kept = read_record()
    keep({name: taken.get(name, kept.get(name)) for name in names()})
    DIGEST.write_text(digests.digest_of(PROGRAM) + "\n")
    return len(taken)


def is_older_than_its_program() -> bool:
    return not DIGEST.exists() or DIGEST.read_text().strip() != digests.digest_of(PROGRAM)


def keep(taken: Cases) -> None:
    """A file for each client and family of cases, a line for each case; most cases of `hook` are those of `http`."""
    files: dict[str, list[str]] = {}
    for name, case in taken.items():
        client, _, rest = name.partition("/")
        family = rest.partition("/")[0] if "/" in rest else rest.partition(" ")[0]
        same = client == "hook" and taken.get(f"http/{rest}") == case
        line = json.dumps({name: AS_HTTP if same else case}, ensure_ascii=False)
        files.setdefault("hook" if client == "hook" else f"{client}-{family}", []).append(line)
    RECORDS.mkdir(parents=True, exist_ok=True)
    for old in RECORDS.glob("*.jsonl"):
        old.unlink()
    for name, lines in files.items():
        (RECORDS / f"{name}.jsonl").write_text("\n".join(lines) + "\n")


def read_record() -> Cases:
    lines = [line for path in RECORDS.glob("*.jsonl") for line in path.read_text().splitlines()]
    cases = {name: case for line in lines for name, case in json.loads(line).items()}
    return {name: cases[f"http/{name[5:]}"] if case == AS_HTTP else case for name, case in cases.items()}


def compare(expected: Cases, got: Cases, listed: Listed) -> RecordComparison:
    compared = RecordComparison()
    used: list[str] = []
    for case in sorted(expected.keys() | got.keys()):
        differences = list(differing(expected.get(case), got.get(case)))
        reasons = [entry for entry in listed if re.fullmatch(entry["case"], case)]
        used += [entry["case"] for entry in reasons if differences]
        if not differences:
            compared.equal.append(case)
            continue
        places = [place for entry in reasons for place in entry["places"]]
        not_listed = [line for line in differences if not any(line[0].startswith(f".{place}") for place in places)]
        (compared.different if not_listed else compared.listed).append(case)
        if not_listed:
            compared.report += [f"{case}:", *(f"  {line}" for lines in not_listed for line in lines)]
    concerned = [entry["case"] for entry in listed if any(re.fullmatch(entry["case"], case) for case in got)]
    compared.stale = [case for case in concerned if case not in used]
    return compared


def differing(want: Any, have: Any, place: str = "") -> list[tuple[str, str, str]]:
    """Where two values differ, each place with both."""
    if isinstance(want, dict) and isinstance(have, dict):
        keys = [*want, *(key for key in have if key not in want)]
        return [line for key in keys for line in differing(want.get(key), have.get(key), f"{place}.{key}")]
    if isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        return [
            line for n, pair in enumerate(zip(want, have, strict=True)) for line in differing(*pair, f"{place}[{n}]")
        ]
    return [] if want == have else [(place, f"  - {want!r}", f"  + {have!r}")]


def listed_cases(path: Path = LISTED) -> Listed:
    """What may differ: a pattern of cases, the places in what is seen of them, and the reason."""
    return tomllib.loads(path.read_text())["listed"]
