"""Public items of the engine that nobody outside of tests uses; part of `make lint`.

The compiler takes every `pub` of a library for used. So engine and bridge are put together as one crate in which
nothing is public but the Python module, and the compiler's own `dead_code` says what is left over. What exists for
tests alone is listed here, by the room and the name.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MERGED = ROOT / "target" / "unused-items"

FOR_TESTS = {
    "cli": {"long"},
    "clock": {"pause_at", "PausedClock", "advance"},
    "cluster": {"dropped"},
    "demo": {"on_a_free_port", "Background", "start", "address", "counters", "of"},
}


def merge() -> None:
    """Writes the merged crate: the engine as it is, the bridge as its module `bridge`."""
    shutil.rmtree(MERGED, ignore_errors=True)
    shutil.copytree(ROOT / "src", MERGED / "src")
    shutil.copytree(ROOT / "python" / "src", MERGED / "src" / "bridge", ignore=shutil.ignore_patterns("bin"))
    (MERGED / "src" / "bridge" / "lib.rs").rename(MERGED / "src" / "bridge" / "mod.rs")
    for file in (MERGED / "src" / "bridge").rglob("*.rs"):
        code = re.sub(r"\bcrate::", "crate::bridge::", file.read_text())
        file.write_text(re.sub(r"\brlocust_engine\b", "crate", code))
    library = MERGED / "src" / "lib.rs"
    code = library.read_text().replace("#![forbid(unsafe_code)]\n", "").replace("pub mod", "mod")
    library.write_text(f"{code}\nmod bridge;\n")
    (MERGED / "Cargo.toml").write_text(manifest())
    shutil.copy(ROOT / "Cargo.lock", MERGED)
    shutil.copy(ROOT / "build.rs", MERGED)
    (MERGED / "locustfiles").symlink_to(ROOT / "locustfiles")  # the demo server shows one
    (MERGED / "webui").symlink_to(ROOT / "webui")  # embedded by the build script


def manifest() -> str:
    engine, bridge = (tomllib.loads((ROOT / path).read_text()) for path in ("Cargo.toml", "python/Cargo.toml"))
    shared = engine["workspace"]["dependencies"]
    needed = bridge["dependencies"] | engine["dependencies"]
    del needed["rlocust-engine"]
    builders = engine.get("build-dependencies", {})
    about = engine["workspace"]["package"]
    tables = {
        "package": {"name": "unused-items", "version": about["version"], "edition": about["edition"]},
        "lib": {"crate-type": ["cdylib"]},
        "workspace": {},
        "features": bridge["features"],
        "dependencies": {name: resolved(spec, shared.get(name)) for name, spec in needed.items()},
        "build-dependencies": {name: resolved(spec, shared.get(name)) for name, spec in builders.items()},
        "profile": {"dev": engine["profile"]["dev"]},
        "target": engine.get("target", {}),
    }
    return "".join(f"{key} = {toml(table)}\n" for key, table in tables.items())


def resolved(spec: Any, shared: Any) -> Any:
    """A dependency without the words `workspace = true`."""
    if not (isinstance(spec, dict) and spec.pop("workspace", False)):
        return spec
    own = shared if isinstance(shared, dict) else {"version": shared}
    return own | spec | {"features": own.get("features", []) + spec.get("features", [])}


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(inner)}" for key, inner in value.items()) + " }"
    return json.dumps(value)


def dead_items() -> dict[tuple[str, str], str]:
    """Room and name of each, with the compiler's words on it."""
    command = ["cargo", "check", "--quiet", "--offline", "--message-format=json", "--target-dir", str(ROOT / "target")]
    checked = subprocess.run(command, cwd=MERGED, capture_output=True, text=True, check=False)
    messages = [message for line in checked.stdout.splitlines() if (message := json.loads(line).get("message"))]
    if checked.returncode:
        errors = "".join(message["rendered"] for message in messages if message["level"] == "error")
        sys.exit(f"{errors}{checked.stderr}\nthe crate merged from engine and bridge does not compile")
    dead = {}
    for message in messages:
        if (message["code"] or {}).get("code") == "dead_code":
            for span in filter(lambda span: span["is_primary"], message["spans"]):
                file, [line] = Path(span["file_name"]), span["text"]
                name = line["text"][line["highlight_start"] - 1 : line["highlight_end"] - 1]
                dead[room_of(file), name] = f"{file}:{span['line_start']}: `{name}`: {message['message']}"
    return dead


def room_of(file: Path) -> str:
    return file.relative_to("src").with_suffix("").parts[0]


def is_named_in_tests(name: str) -> bool:
    folders = [ROOT / "tests" / "engine", ROOT / "benches", ROOT / "fuzz" / "fuzz_targets"]
    tests = [file.read_text() for folder in folders for file in folder.rglob("*.rs")]
    tests += [file.read_text().partition("#[cfg(test)]")[2] for file in (ROOT / "src").rglob("*.rs")]
    return any(re.search(rf"\b{name}\b", code) for code in tests)


def main() -> None:
    merge()
    dead = dead_items()
    listed = {(room, name) for room, names in FOR_TESTS.items() for name in names}
    wrong = [words for item, words in dead.items() if item not in listed]
    wrong += [f"{room}: `{name}` is used, it needs no place in the list" for room, name in listed - dead.keys()]
    wrong += [f"{room}: `{name}` is in no test" for room, name in listed & dead.keys() if not is_named_in_tests(name)]
    if wrong:
        hint = f"hint: remove what nobody uses; what tests alone need is listed in {Path(__file__).relative_to(ROOT)}"
        sys.exit("\n".join([*sorted(wrong), hint]))


if __name__ == "__main__":
    main()
