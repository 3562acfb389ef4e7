"""Bytes on the wire: takes them from a tool, masks the two things that may vary, compares with the record.

Masked are the port in `Host` (and in reported URLs and texts) and the 32 hex digits of a multipart boundary.
The record was made by real Locust; `User-Agent` follows the library versions, so a record made with other
versions is read with the installed ones put in their place.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from tests.differential.lab import digests, tools
from tests.differential.lab.record_comparison import RecordComparison
from tests.kit.tools import LOCUST, Run, Tool

RECORD = tools.HOME / "records" / "wire.json"
LISTED = tools.HOME / "wire_listed.toml"
CLIENTS = ("http", "fast")
PROGRAM = tools.HERE / "wire_locustfile.py"
Chapters = dict[str, dict[str, Any]]


def take(tool: Tool, only: list[str] | None = None) -> Chapters:
    """`client/form` → what it sent, raised and told, under this tool."""
    taken: Chapters = {}
    for client in CLIENTS:
        with tools.lab_server() as server:
            ended = run_forms(tool, client, server, only or [])
            chapters = server.dump()[1:]
        if not chapters:
            raise RuntimeError(f"{tool.name} ended with {ended.exit_code}:\n{ended.stdout}{ended.stderr}")
        for chapter in chapters:
            taken[f"{client}/{chapter['name']}"] = masked(chapter, chapter["port"])
    return taken


def run_forms(tool: Tool, client: str, server: tools.LabServer, only: list[str]) -> Run:
    extra = tools.LAB_ON_PATH | {
        "WIRE_CLIENT": client,
        "WIRE_CONTROL": str(server.ports["control"]),
        "WIRE_FORMS": " ".join(only),
    }
    arguments = ["-f", str(PROGRAM), "--headless", "-u", "1", "--only-summary"]
    return tools.run(tool, arguments, extra)


def masked(chapter: dict[str, Any], port: int) -> dict[str, Any]:
    requests = [[f"connection {r['connection']}", *lines(mask_request(r["raw"], port))] for r in chapter["requests"]]
    notes = chapter["notes"] or {"raised": "the tool went away in mid-form", "told": []}
    return {"sent": requests, **json.loads(re.sub(rf"(?<!\d){port}(?!\d)", "PORT", json.dumps(notes)))}


def mask_request(raw: str, port: int) -> str:
    head, gap, body = raw.partition("\r\n\r\n")
    head = re.sub(rf"(?im)^(host: [^\r\n]*):{port}(?=\r|$)", r"\1:PORT", head)
    boundary = re.search(r"(?i)boundary=([0-9a-f]{32})", head)
    whole = head + gap + body
    return whole.replace(boundary[1], "BOUNDARY") if boundary else whole


def lines(raw: str) -> list[str]:
    """Cut after each line feed: nothing is lost, and a record reads line by line."""
    return [line for line in re.split(r"(?<=\n)", raw) if line]


def write_record() -> int:
    taken = take(LOCUST)
    RECORD.parent.mkdir(exist_ok=True)
    record = {"digest": digests.digest_of(PROGRAM), "versions": tools.versions(LOCUST), "forms": taken}
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    return len(taken)


def read_record(installed: dict[str, str]) -> Chapters:
    text = RECORD.read_text()
    recorded = json.loads(text)["versions"]
    for library, agent in (("requests", "python-requests/"), ("geventhttpclient", "python/gevent-http-client-")):
        text = text.replace(agent + recorded[library], agent + installed[library])
    return json.loads(text)["forms"]


def is_older_than_its_program() -> bool:
    return json.loads(RECORD.read_text()).get("digest") != digests.digest_of(PROGRAM)


def version_note(installed: dict[str, str]) -> list[str]:
    """Says where the installed libraries are not those of the record: a difference may be theirs."""
    recorded = json.loads(RECORD.read_text())["versions"]
    other = [
        f"{name} {installed[name]} ({was} in the record)" for name, was in recorded.items() if installed[name] != was
    ]
    return [f"note: installed here: {', '.join(other)}; record anew with `wire.py --record`"] if other else []


def compare(expected: Chapters, got: Chapters, listed: dict[str, str]) -> RecordComparison:
    compared = RecordComparison()
    for form in sorted(expected.keys() | got.keys()):
        want, have = expected.get(form, {}), got.get(form, {})
        if want == have:
            compared.equal.append(form)
            continue
        (compared.listed if form in listed else compared.different).append(form)
        compared.report += difference(form, want, have)
    compared.stale = [form for form in listed if form in compared.equal]
    return compared


def difference(form: str, want: dict[str, Any], have: dict[str, Any]) -> list[str]:
    report = [f"{form}:"]
    for part in ("sent", "raised", "told"):
        if want.get(part) != have.get(part):
            report += [f"  {part} expected {want.get(part)!r}", f"  {part}      got {have.get(part)!r}"]
    return report


def listed_forms(path: Path = LISTED) -> dict[str, str]:
    """Forms allowed to differ, each with the reason: Locust's own bytes vary, or a line of the differences list."""
    return tomllib.loads(path.read_text()).get("listed", {}) if path.exists() else {}
