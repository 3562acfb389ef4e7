"""What a run said, reduced to what two runs of the same file must share.

Sections: `exit_code`, `stdout`, `bare` (stderr before any log line), `log` (log records without time and host),
`failed` (what gevent prints of a greenlet that died), `report` (the final tables; of a request row the part before
its times, of a percentile row its name and count), `accounts` (what rlocust adds below Locust's tables, in which
Locust has no part). Ports, memory addresses and paths become words.
In tracebacks only frames of the locustfile stay: frames inside the tool or its libraries are the tool's own business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tests.kit.tools import Run

Outcome = dict[str, list[str]]

RECORD_LINE = re.compile(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] [^/\s]+/(\w+)/([\w.]+): (.*)")
REPORT_START = re.compile(r"Type +Name .*# reqs|Response time percentiles|Error report$")
FRAME = re.compile(r'\s+(?:\|\s+)?File "(?P<path>.*?)", line \d+')
CHAIN = ("During handling of the above exception", "The above exception was the direct cause")
ACCOUNT = re.compile(
    r"(Response times in ms, exact|Samples|Requests sent, redirects and retries included|"
    r"Sent by a Python library, not by the engine|Fired by the locustfile itself|Scheduling lag in ms|"
    r"\d+ names look like)\b.*: "
)
NOISE = re.compile(r"WARNING/root: (Loop )?CPU usage (was too high|above 90%)|CPU usage above|Scheduling lag: ")


def reduce(ended: Run, ports: dict[str, int], home: Path, sorted_sections: Iterable[str] = ()) -> Outcome:
    mask = masker(ports, home)
    stderr, failed = without_failed_greenlets(mask(ended.stderr).splitlines())
    bare, log, report = split_stderr(stderr)
    report, accounts = without_accounts(report)
    outcome = {
        "exit_code": [str(ended.exit_code)],
        "stdout": mask(ended.stdout).splitlines(),
        "bare": own_frames_only(bare),
        "log": log,
        "failed": failed,
        "report": [report_line(line) for line in report],
        "accounts": accounts,
    }
    for section in sorted_sections:
        outcome[section].sort()
    return outcome


def masker(ports: dict[str, int], home: Path):
    def mask(text: str) -> str:
        for name, port in ports.items():
            text = re.sub(rf"(?<!\d){port}(?!\d)", f"{name.upper()}_PORT", text)
        text = text.replace(str(home), "HOME")
        text = re.sub(r"/[^\s\"']*/locust/([\w/]+\.py):\d+", r"TOOL/\1:LINE", text)
        text = text.replace("TOOL/_runners/base.py", "TOOL/runners.py")  # what is one file there is several parts here
        text = re.sub(r"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ", "TIME ", text)
        text = re.sub(r"(?m)^(TIME) <Greenlet (?!.*run_user\().*> failed", r"\1 <Greenlet …> failed", text)
        text = re.sub(r"(?m)(Unhandled exception in greenlet: <Greenlet).*>$", r"\1 …>", text)
        text = re.sub(r"[\w.<>]+\(\) missing (\d) required", r"TOOL_FUNCTION() missing \1 required", text)
        text = re.sub(r"/tmp/[\w]+", "FOLDER", text)
        text = re.sub(r"(?m)(: Starting Locust [^\n]*) \(rlocust [\w.]+\)$", r"\1", text)
        text = re.sub(r"0x(?:[0-9a-f]{6,}|\.\.\.\.)", "0xADDRESS", text)
        return re.sub(r"(?m)^(__main__\.py|r?locust): (error|warning)", r"PROGRAM: \2", text)

    return mask


def without_failed_greenlets(lines: list[str]) -> tuple[list[str], list[str]]:
    """Takes out each traceback that ends in gevent's `TIME <Greenlet …> failed with Error` line."""
    rest: list[str] = []
    failed: list[str] = []
    just_failed = False
    for line in lines:
        if just_failed and not line:  # gevent ends its report with an empty line
            just_failed = False
            continue
        rest.append(line)
        just_failed = re.match(r"TIME .* failed with \w+$", line) is not None
        if just_failed:
            start = start_of_traceback(rest)
            rest, block = rest[:start], rest[start:]
            if "ThreadPoolWorker" not in line:  # a look-up in gevent's resolver pool: reported to the caller as well
                failed.append("\n".join(own_frames_only(block)))
    return rest, failed


def start_of_traceback(lines: list[str]) -> int:
    """Index of the traceback that ends with the last line, the earlier links of its chain included."""
    start = max(n for n, line in enumerate(lines) if line.startswith("Traceback"))
    while start >= 2 and lines[start - 2].startswith(CHAIN):
        start = max(n for n, line in enumerate(lines[: start - 2]) if line.startswith("Traceback"))
    return start


def split_stderr(lines: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Lines before the log, log records (continuation lines joined on), report lines."""
    bare: list[str] = []
    records: list[list[str]] = []
    report: list[str] = []
    into = bare
    for line in lines:
        if found := RECORD_LINE.match(line):
            into = [f"{found[1]}/{found[2]}: {found[3]}"]
            records.append(into)
        else:
            into = report if REPORT_START.match(line) else into
            into.append(line)
    quiet = [record for record in records if not NOISE.search(record[0])]
    return bare, ["\n".join(own_frames_only(record)) for record in quiet], report


def own_frames_only(lines: list[str]) -> list[str]:
    """Drops foreign frames, then links of an exception chain that hold no frame of the locustfile."""
    kept: list[str] = []
    is_foreign = False
    for line in lines:
        if frame := FRAME.match(line):
            is_foreign = not frame["path"].startswith("HOME")
        elif not re.match(r"    |  \|     ", line):
            is_foreign = False
        if not is_foreign:
            kept.append(re.sub(r"^\s+[\^~]+$", "    ^^^", line))
    return without_foreign_links(kept)


def without_foreign_links(lines: list[str]) -> list[str]:
    for at in (at for at, line in enumerate(lines) if line.startswith(CHAIN)):
        starts = [n for n, line in enumerate(lines[:at]) if line.startswith("Traceback")]
        if starts and not any(FRAME.match(line) for line in lines[starts[0] : at]):
            rest = lines[at + 1 :]
            while rest and not rest[0]:
                rest = rest[1:]
            return without_foreign_links(lines[: starts[0]] + rest)
    return lines


def without_accounts(report: list[str]) -> tuple[list[str], list[str]]:
    """Takes out rlocust's own lines and the empty line after them."""
    own = [n for n, line in enumerate(report) if ACCOUNT.match(line)]
    ends = {n + 1 for n in own if n + 1 < len(report) and not report[n + 1]}
    rest = [line for n, line in enumerate(report) if n not in own and n not in ends]
    return rest, [report[n] for n in own]


def report_line(line: str) -> str:
    """A row without its measured figures; headers, separators and error rows as they are."""
    if re.search(r"\d\(\d+\.\d\d%\) \|", line):
        return line.rsplit("|", 2)[0] + "|"
    name_and_figures = line.rsplit(None, 12)
    if len(name_and_figures) == 13 and all(figure.isdigit() for figure in name_and_figures[1:]):
        return f"{name_and_figures[0]} … {name_and_figures[-1]}"
    return line
