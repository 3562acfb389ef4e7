"""Writes the tables of figures in README.md, docs/speed.md and docs/truth.md from the data in bench/results, between
their markers.

`python -m bench.render` rewrites them; a test holds that the committed pages show the committed data.
"""

import json
from collections.abc import Callable, Iterable
from statistics import median
from typing import Any

from bench.figures import RESULTS
from bench.truth import run as truth
from tests.kit.places import ROOT

Row = dict[str, Any]
#: The kind of request that others are compared with.
GET = "GET"


def main() -> None:
    for page in PAGES:
        path = ROOT / page
        path.write_text(rendered(path.read_text()))
        print("rewritten:", page)


def rendered(text: str) -> str:
    """The text with every marked place filled whose data exist."""
    for name, (sittings, draw) in PLACES.items():
        files = [RESULTS / f"{sitting}.json" for sitting in sittings]
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        if begin in text and all(file.exists() for file in files):
            before, _, rest = text.partition(begin)
            after = rest.partition(end)[2]
            text = f"{before}{begin}\n\n{draw(*(json.loads(file.read_text()) for file in files))}\n\n{end}{after}"
    return text


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def figures(bench: dict[str, Any], truthful: dict[str, Any]) -> str:
    """The five that a Locust user asks for first."""
    theirs, ours = "Locust HttpUser", "rlocust HttpUser"
    fast = ("Locust FastHttpUser", "rlocust FastHttpUser")
    busy = truth.CONTRAST[0]

    def pair(show: Callable[[float | None], str], rows: list[Row], key: str, **where: Any) -> list[str]:
        return [show(middle(rows, key, variant=variant, **where)) for variant in (theirs, ours)]

    def cpu(variants: tuple[str, str]) -> list[str]:
        cells = [microseconds(middle(bench["cpu"], "cpu_us", variant=variant, users=100)) for variant in variants]
        return [*(f"{cell} µs" for cell in cells), f"{ratio(bench['cpu'], *variants)} times less"]

    def other(load: str, text: str) -> list[list[str]]:
        """Rows of another kind of request; none where the committed sitting is older than it."""
        rows = [row for row in bench["loads"] if row["load"] == load]
        return [of_load(rows, text, pair) for pair in ((theirs, ours), fast) if rows]

    def of_load(rows: list[Row], text: str, variants: tuple[str, str]) -> list[str]:
        users = rows[0]["users"]
        cells = [microseconds(middle(rows, "cpu_us", variant=variant)) for variant in variants]
        less = f"{ratio(rows, *variants, users)} times less"
        return [f"CPU for a {text}, {variants[1].split()[1]}, {users} users", *(f"{cell} µs" for cell in cells), less]

    users = f"{bench['settings']['idle_users']:,}"
    rows = [
        ["CPU for a request, HttpUser, 100 users", *cpu((theirs, ours))],
        ["CPU for a request, FastHttpUser, 100 users", *cpu(fast)],
        *other("realistic", "realistic request (JSON, headers, checks)"),
        *other("a listener", "request with a listener"),
        [f"memory for each of {users} waiting users", *pair(tenths("KiB"), bench["idle"], "kib_per_user"), ""],
        [f"time to spawn {users} users", *pair(tenths("s"), bench["idle"], "spawn_s"), ""],
        [
            f"reported p95 over the true one, {busy.users} users that compute {busy.burn_ms} ms between requests",
            *pair(hundredths, kept(truthful), "p95_wire_ratio", load=busy.name),
            "1.00 is the truth",
        ],
    ]
    return table(["", "Locust", "rlocust", ""], rows)


def tenths(unit: str) -> Callable[[float | None], str]:
    return lambda value: "-" if value is None else f"{value:.1f} {unit}"


def hundredths(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def bench(data: dict[str, Any]) -> str:
    parts = [setting(data), "CPU microseconds per request:", cpu_table(data["cpu"])]
    parts += ["Ratios within each round, 100 users:", ratio_table(data["cpu"])]
    parts += ["By thread, 100 users, CPU microseconds per request:", thread_table(data["cpu"])]
    for users, loads in by_users(data).items():
        parts += [f"{users} users, other kinds of requests, CPU microseconds per request:", load_table(loads)]
        parts += [f"Ratios within each round, {users} users:", load_ratio_table(loads)]
    if data["idle"]:
        users = data["settings"]["idle_users"]
        parts += [f"{users:,} users, each connected after its first request, then waiting:", idle_table(data["idle"])]
    if ways := data.get("idle_ways"):
        parts += [f"{ways[0]['users']:,} idle users, KiB per user:", idle_ways_table(ways)]
    return "\n\n".join(part for part in parts if part)


def setting(data: dict[str, Any]) -> str:
    machine, settings = data["machine"], data["settings"]
    programs = ", ".join(f"{name} {number}" for name, number in sorted(data["versions"].items()))
    return (
        f"{machine['date']}, {machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}, "
        f"Python {machine['python']}, nginx {machine['nginx']}; {programs}. "
        f"Median of {settings['rounds']} interleaved rounds of {settings['window_s']:g} s."
    )


def middle(rows: list[Row], key: str, **where: Any) -> float | None:
    values = [row[key] for row in rows if all(row[name] == value for name, value in where.items())]
    return median(values) if values else None


def names(rows: list[Row], key: str) -> list[Any]:
    return list(dict.fromkeys(row[key] for row in rows))


def variants_of(rows: list[Row]) -> list[str]:
    order = ["rlocust HttpUser", "rlocust FastHttpUser", "Locust HttpUser", "Locust FastHttpUser", "wrk", "oha"]
    return [variant for variant in order if variant in names(rows, "variant")]


def cpu_table(rows: list[Row]) -> str:
    counts = sorted(names(rows, "users"))

    def cell(variant: str, users: int) -> str:
        return microseconds(middle(rows, "cpu_us", variant=variant, users=users))

    heads = ["", *(f"{users:,} user{'s' if users > 1 else ''}" for users in counts)]
    return table(heads, [[variant, *(cell(variant, users) for users in counts)] for variant in variants_of(rows)])


def microseconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def by_users(data: dict[str, Any]) -> dict[int, list[Row]]:
    """Rows of other kinds of requests, those with most users first, each beside the plain GET of as many users."""
    loads = data.get("loads", [])
    groups = {users: [row for row in loads if row["users"] == users] for users in names(loads, "users")}
    for users, rows in groups.items():
        if GET not in names(rows, "load"):
            programs = names(rows, "variant")
            plain = [row for row in data["cpu"] if row["users"] == users and row["variant"] in programs]
            rows[:0] = [{**row, "load": GET} for row in plain]
    return dict(sorted(groups.items(), reverse=True))


def load_table(rows: list[Row]) -> str:
    loads = names(rows, "load")

    def cells(variant: str) -> list[str]:
        return [microseconds(middle(rows, "cpu_us", variant=variant, load=load)) for load in loads]

    return table(["", *loads], [[variant, *cells(variant)] for variant in variants_of(rows)])


def load_ratio_table(rows: list[Row]) -> str:
    """Against Locust for each kind of request, against our own GET over plain HTTP, and against wrk."""
    loads = names(rows, "load")

    def of(variant: str, load: str) -> list[Row]:
        return [row for row in rows if row["variant"] == variant and row["load"] == load]

    lines = []
    for client in ("HttpUser", "FastHttpUser"):
        ours, theirs = f"rlocust {client}", f"Locust {client}"
        lines.append([f"{theirs} / {ours}", *(shown(quotient(of(theirs, load), of(ours, load))) for load in loads)])
        lines.append([f"{ours} / the same, GET", *(shown(quotient(of(ours, load), of(ours, GET))) for load in loads)])
        if "wrk" in names(rows, "variant"):
            lines.append([f"{ours} / wrk", *(shown(quotient(of(ours, load), of("wrk", load))) for load in loads)])
    return table(["", *loads], lines)


def ratio(rows: list[Row], dear: str, cheap: str, users: int = 100) -> str:
    """How many times less CPU at so many users."""

    def of(variant: str) -> list[Row]:
        return [row for row in rows if row["variant"] == variant and row["users"] == users]

    return shown(quotient(of(dear), of(cheap)))


def quotient(dear: list[Row], cheap: list[Row]) -> float | None:
    """How many times the CPU; taken round by round, because the clock drifts between rounds."""
    pairs = [
        (middle(dear, "cpu_us", round=number), middle(cheap, "cpu_us", round=number)) for number in names(dear, "round")
    ]
    whole = [first / second for first, second in pairs if first and second]
    return median(whole) if whole else None


def shown(times: float | None) -> str:
    return "-" if times is None else f"{times:.1f}"


def ratio_table(rows: list[Row]) -> str:
    clients = ("HttpUser", "FastHttpUser")
    wanted = [(f"Locust {client}", f"rlocust {client}") for client in clients]
    wanted += [(f"rlocust {client}", other) for other in ("wrk", "oha") for client in clients]
    known = [pair for pair in wanted if set(pair) <= set(names(rows, "variant"))]
    return table(["", "times"], [[" / ".join(pair), ratio(rows, *pair)] for pair in known])


def thread_table(rows: list[Row]) -> str:
    ours = [row for row in rows if row["variant"].startswith("rlocust") and row["users"] == 100]
    threads = list(dict.fromkeys(thread for row in ours for thread in row["threads_us"]))
    if not threads:
        return ""

    def cell(variant: str, thread: str) -> str:
        return f"{median(row['threads_us'].get(thread, 0.0) for row in ours if row['variant'] == variant):.1f}"

    variants = variants_of(ours)
    return table(["", *threads], [[variant, *(cell(variant, thread) for thread in threads)] for variant in variants])


def idle_table(rows: list[Row]) -> str:
    def cell(variant: str, key: str) -> str:
        value = middle(rows, key, variant=variant)
        return "-" if value is None else f"{value:.1f}"

    heads = ["", "seconds to spawn all", "KiB per user"]
    return table(heads, [[v, cell(v, "spawn_s"), cell(v, "kib_per_user")] for v in variants_of(rows)])


def idle_ways_table(rows: list[Row]) -> str:
    def cell(variant: str, way: str) -> str:
        value = middle(rows, "kib_per_user", variant=variant, way=way)
        return "-" if value is None else f"{value:.1f}"

    ways = names(rows, "way")
    return table(["", *ways], [[v, *(cell(v, way) for way in ways)] for v in variants_of(rows)])


def truth_table(data: dict[str, Any]) -> str:
    """The loads that Locust was measured with, too."""
    contrast = [load.name for load in truth.CONTRAST]
    rows = [row for row in kept(data) if row["load"] in contrast] or kept(data)
    lines = []
    for load, variant in dict.fromkeys((row["load"], row["variant"]) for row in rows):
        keys = [f"p{percent}{part}" for percent in (50, 95) for part in truth.PARTS]
        cell = {key: middle(rows, key, load=load, variant=variant) or 0.0 for key in keys}
        lines.append([load, variant, *(truth.shown(cell, key) for key in keys)])
    heads = ["load", "program", *truth.HEADS[: 2 * len(truth.PARTS)]]
    return f"{truth_rounds(data)}, server delay {truth.DELAY_MS} ms.\n\n" + table(heads, lines)


def kept(data: dict[str, Any]) -> list[Row]:
    """Requests on kept connections."""
    return [row for row in data["rounds"] if row["way"] == "kept"]


def truth_rounds(data: dict[str, Any]) -> str:
    settings = data["settings"]
    lasting = f"of {settings['seconds']:g} s"
    return f"One round {lasting}" if settings["rounds"] == 1 else f"Median of {settings['rounds']} rounds {lasting}"


def truth_grid(data: dict[str, Any]) -> str:
    """Every load, with who was how busy and what was made of it."""
    rows = [row for row in data["rounds"] if row["variant"].startswith("rlocust")]
    lines = []
    for cell in truth.medians(rows):
        figures = [truth.shown(cell, key) for key in truth.FIGURES]
        busy = [f"{cell[key] * 100:.0f} %" for key in ("server_busy", "io_busy")]
        stolen = f"{cell['stolen'] * 100:.1f} %"
        warned = "yes" if cell["is_warned"] else "no"
        user = cell["variant"].removeprefix("rlocust ")
        lines.append(
            [
                cell["load"],
                user,
                cell["way"],
                *figures,
                *busy,
                f"{cell['lag']:.1f}",
                stolen,
                warned,
                truth.verdict(cell),
            ]
        )
    heads = [
        "load",
        "user",
        "connections",
        *truth.HEADS,
        "server busy",
        "I/O thread busy",
        "lag p99 ms",
        "stolen",
        "warned",
        "",
    ]
    machine = data["machine"]
    sitting = (
        f"{machine['date']}, {machine['cpu']}, {machine['cores']} cores, load {machine['load_before']} before. "
        f"{truth_rounds(data)}."
    )
    return f"{sitting}\n\n{table(heads, lines)}"


PAGES = ("README.md", "docs/speed.md", "docs/truth.md")
#: Name of a place: the sittings it shows and who draws it.
PLACES: dict[str, tuple[tuple[str, ...], Callable[..., str]]] = {
    "figures": (("bench", "truth"), figures),
    "bench": (("bench",), bench),
    "truth": (("truth",), truth_table),
    "truth-grid": (("truth",), truth_grid),
}

if __name__ == "__main__":
    main()
