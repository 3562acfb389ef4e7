"""Command lines at random, with an environment and a configuration file each: mistakes, abbreviations and all."""

from __future__ import annotations

import random
from typing import Any, TypedDict

Options = list[dict[str, Any]]


class Case(TypedDict):
    args: list[str]
    variables: dict[str, str]
    text: str


WORDS = [
    "A",
    "5",
    "-5",
    "0",
    "1.5",
    "x",
    "",
    "a b",
    "http://x/?a=b",
    "1h30m",
    "90",
    "5S",
    "DEBUG",
    "info",
    "--",
    "-",
    "nan",
    "1e3",
    " 7",
    "1_0",
    "true",
    "it's",
    "[a, b]",
    '[{"user_class_name": "A", "n": 1}]',
    "-.5",
    "é",
    "a=b",
]
SWITCHES = ["true", "false", "yes", "no", "on", "off", "1", "0", "True", "maybe", ""]
KEYS = [
    "u",
    "r",
    "headles",
    "host",
    "users",
    "--users",
    "tags",
    "headless",
    "spawn-rate",
    "spawn_rate",
    "nonsense",
    "run-time",
    "html",
    "exclude-tags",
    "only-summary",
    "config-users",
    "user_classes",
    "L",
    "loglevel",
    "list",
]


def flag(rng: random.Random, options: Options) -> str:
    flags = rng.choice(options)["flags"]
    if not flags:
        return rng.choice(WORDS)
    chosen = rng.choice(flags)
    if chosen.startswith("--") and rng.random() < 0.3:
        chosen = chosen[: rng.randint(3, len(chosen))]
    if rng.random() < 0.05:
        chosen = chosen[:-1] + rng.choice("xyz")
    if rng.random() < 0.2:
        chosen += "=" + value(rng)
    elif not chosen.startswith("--") and rng.random() < 0.3:
        chosen += rng.choice(["5", "l", "lu5", "x", "=", "-"])
    return chosen


def value(rng: random.Random) -> str:
    """Not `--`: glued to an option, Python 3.11 takes it for the end of options and hands out an empty list."""
    return rng.choice([word for word in WORDS if word != "--"])


def command_line(rng: random.Random, options: Options) -> list[str]:
    parts = []
    for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 5])):
        parts.append(flag(rng, options) if rng.random() < 0.6 else rng.choice(WORDS))
    return parts


def environment(rng: random.Random, options: Options) -> dict[str, str]:
    if rng.random() < 0.5:
        return {}
    named = [option for option in options if option["env"]]
    chosen = rng.sample(named, rng.randint(1, 3))
    return {
        o["env"]: rng.choice(SWITCHES if o["kind"] == "flag" and rng.random() < 0.9 else [value(rng)]) for o in chosen
    }


def configuration(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return ""
    return "\n".join(setting(rng) for _ in range(rng.randint(1, 3)))


def setting(rng: random.Random) -> str:
    key = rng.choice(KEYS)
    text = rng.choice([value(rng), *SWITCHES, '"q"', "'q'", '"a # b"', "[1, 2]", '["a", "--"]', "[]", "v # c", "v ; c"])
    form = rng.choice(
        ["{k} = {v}", "{k}={v}", "{k}: {v}", "{k} {v}", "{k}", "--{k} {v}", "# {k}", "[{k}]", "{k} = {v} # c"]
    )
    return form.format(k=key, v=text)


def cases(seed: int, count: int, options: Options) -> list[Case]:
    """`options` are rows of the engine's table: flags, environment names and kinds are read."""
    rng = random.Random(seed)
    return [
        Case(args=command_line(rng, options), variables=environment(rng, options), text=configuration(rng))
        for _ in range(count)
    ]
