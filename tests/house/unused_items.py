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


#: Crates that are one room; the others hold several, each a folder.
OF_ONE_ROOM = ("cluster", "demo", "http", "web")
CRATES = sorted(path.name for path in (ROOT / "crates").iterdir() if path.name != "testing")


def merge() -> None:
    """Writes the merged crate: the engine's crates as one, the bridge as its module `bridge`."""
    shutil.rmtree(MERGED, ignore_errors=True)
    source = MERGED / "src"
    shutil.copytree(ROOT / "src", source)
    rooms = [name.stem for name in source.iterdir() if name.name != "lib.rs"]
    for crate in CRATES:
        folder = ROOT / "crates" / crate / "src"
        if crate in OF_ONE_ROOM:
            rooms.append(crate)
            shutil.copytree(folder, source / crate)
            (source / crate / "lib.rs").rename(source / crate / "mod.rs")
            rewrite(source / crate, r"\bcrate::", f"crate::{crate}::")
            continue
        rooms += [path.stem for path in folder.iterdir() if path.name != "lib.rs"]
        shutil.copytree(folder, source, dirs_exist_ok=True, ignore=shutil.ignore_patterns("lib.rs"))
    shutil.copytree(ROOT / "python" / "src", source / "bridge", ignore=shutil.ignore_patterns("bin"))
    (source / "bridge" / "lib.rs").rename(source / "bridge" / "mod.rs")
    rewrite(source / "bridge", r"\bcrate::", "crate::bridge::")
    rewrite(source / "bridge", r"\brlocust_engine\b", "crate")
    for crate in CRATES:
        rewrite(source, rf"\brlocust_{crate}\b", f"crate::{crate}" if crate in OF_ONE_ROOM else "crate")
    rewrite(source, r"#!\[forbid\(unsafe_code\)\]\n", "")
    # What a test of another crate may read is not used by that.
    rewrite(source / "clock.rs", r'any\(test, feature = "testing"\)', "test")
    rewrite(source / "demo" / "routes.rs", r"\.\./\.\./\.\./locustfiles", "../../locustfiles")
    (source / "lib.rs").write_text("".join(f"mod {room};\n" for room in [*rooms, "bridge"]))
    (MERGED / "Cargo.toml").write_text(manifest())
    shutil.copy(ROOT / "Cargo.lock", MERGED)
    build = (ROOT / "crates" / "web" / "build.rs").read_text()
    (MERGED / "build.rs").write_text(build.replace("../../webui", "webui"))
    (MERGED / "locustfiles").symlink_to(ROOT / "locustfiles")  # the demo server shows one
    (MERGED / "webui").symlink_to(ROOT / "webui")  # embedded by the build script


def rewrite(place: Path, pattern: str, with_what: str) -> None:
    for file in [place] if place.is_file() else place.rglob("*.rs"):
        file.write_text(re.sub(pattern, with_what, file.read_text()))


def manifest() -> str:
    paths = ["Cargo.toml", "python/Cargo.toml", *(f"crates/{crate}/Cargo.toml" for crate in CRATES)]
    engine, bridge, *crates = (tomllib.loads((ROOT / path).read_text()) for path in paths)
    shared = engine["workspace"]["dependencies"]
    about = engine["workspace"]["package"]
    tables = {
        "package": {"name": "unused-items", "version": about["version"], "edition": about["edition"]},
        "lib": {"crate-type": ["cdylib"]},
        "workspace": {},
        "features": bridge["features"],
        "dependencies": dependencies([engine, bridge, *crates], shared),
        "build-dependencies": dependencies(crates, shared, "build-dependencies"),
        "profile": {"dev": engine["profile"]["dev"]},
    }
    return "".join(f"{key} = {toml(table)}\n" for key, table in tables.items())


def dependencies(manifests: list[Any], shared: Any, kind: str = "dependencies") -> dict[str, Any]:
    """Of all together, each with the features that any of them wants; for this system's targets, too."""
    needed: dict[str, Any] = {}
    for manifest in manifests:
        for table in [manifest, *manifest.get("target", {}).values()]:
            for name, spec in table.get(kind, {}).items():
                if name.startswith("rlocust-"):
                    continue
                own = resolved(spec, shared.get(name))
                own = own if isinstance(own, dict) else {"version": own}
                known = needed.setdefault(name, own)
                known["features"] = sorted({*known.get("features", []), *own.get("features", [])})
    return needed


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
    own = [file for top in ("src", "crates") for file in (ROOT / top).rglob("*.rs")]
    tests += [file.read_text().partition("#[cfg(test)]")[2] for file in own]
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
