"""Random values through `json=` and random texts through `response.json()`, compared with Python's `json`: bytes,
objects with their types, and errors. Usage: `json_values.py CASES FIRST`, half of them for each client."""

import collections
import decimal
import enum
import json
import random
import struct
import sys

from locust.env import Environment

from locust import FastHttpUser, HttpUser
from tests.compat.programs.clients.json_server import JsonServer

import requests  # isort: skip - not before locust, which patches the standard library
from requests.utils import get_encoding_from_headers

CASES, FIRST = int(sys.argv[1]), int(sys.argv[2])
Pair = collections.namedtuple("Pair", "first second")
Colour = enum.IntEnum("Colour", "RED GREEN")


class Text(str):
    pass


class Whole(int):
    def __repr__(self):
        return "whole"


class Real(float):
    def __repr__(self):
        return "real"


class Listed(list):
    def __iter__(self):
        return iter(["iterated"])


def circle():
    around = [1]
    around.append({"again": around})
    return around


def deep(levels, value):
    for _ in range(levels):
        value = [value] if levels % 2 else {"deeper": value}
    return value


INTS = [0, -1, 7, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 2**63, 2**64 - 1, 2**64, -(2**127), 2**127, 10**30, 10**500]
FLOATS = [0.0, -0.0, 0.1, 1e16, 9999999999999998.0, 1e-4, 9.99e-5, 5e-324, 1.7976931348623157e308, 1e22, 2.5]
LETTERS = 'abc xyz019/"\\\b\f\n\r\t\0\x1b\x7f\x80éߨ€\ud800\udfff\ufeff\uffff\U0001f600\U0010ffff'
ODD = [
    lambda: Text("text"),
    lambda: Whole(5),
    lambda: Real(2.5),
    lambda: Listed([1]),
    lambda: Colour.GREEN,
    lambda: Pair(1, 2),
    lambda: collections.OrderedDict(a=1),
    lambda: collections.defaultdict(list, a=[1]),
    lambda: decimal.Decimal("1.5"),
    lambda: {1, 2},
    lambda: b"bytes",
    lambda: {(1, 2): 3},
    lambda: {b"bytes": 3},
    lambda: {Text("key"): 3, Colour.RED: 4},
    circle,
    lambda: deep(99, 1),
    lambda: deep(100, 1),
    lambda: deep(101, []),
    lambda: deep(5000, 1),
    lambda: 10**5000,
    lambda: float("nan"),
    lambda: float("-inf"),
    lambda: {float("inf"): 1},
]


def text(draw):
    letters = LETTERS if draw.random() < 0.3 else LETTERS[:12]
    length = draw.choice([0, 1, 3, 7, 8, 9, 15, 16, 17, 40]) if draw.random() < 0.999 else 3000
    return "".join(draw.choices(letters, k=length))


def number(draw):
    kind = draw.randrange(6)
    if kind == 0:
        return draw.choice(INTS) + draw.randrange(-1, 2)
    if kind == 1:
        return draw.choice(FLOATS)
    if kind == 2:
        return struct.unpack("<d", draw.randbytes(8))[0] if draw.random() < 0.9 else draw.random()
    return round(draw.uniform(-1000, 1000), draw.randrange(6)) if kind == 3 else draw.randrange(-1000, 100000)


def scalar(draw):
    kind = draw.randrange(10)
    return text(draw) if kind < 4 else number(draw) if kind < 8 else draw.choice([True, False, None])


def value(draw, depth=3):
    if draw.random() < 0.003:
        return draw.choice(ODD)()
    if depth == 0 or draw.random() < 0.3:
        return scalar(draw)
    length = draw.choice([0, 1, 2, 3, 4])
    items = (value(draw, depth - 1) for _ in range(length))
    if draw.random() < 0.6:
        return {scalar(draw) if draw.random() < 0.1 else text(draw): item for item in items}
    return list(items) if draw.random() < 0.9 else tuple(items)


def spelled(draw, given):
    """A JSON text, often of that value, sometimes spoilt."""
    try:
        written = json.dumps(
            given,
            ensure_ascii=draw.random() < 0.5,
            separators=draw.choice([None, (",", ":"), (" ,\r\n  ", "\t: ")]),
        )
    except (TypeError, ValueError, RecursionError):
        written = draw.choice(["{}", '{"a": 1, "a": 2, "b": 3, "a": [4]}', "[" * 5000, '{"a":' * 120 + "1" + "}" * 120])
    if draw.random() < 0.1:
        numbers = "1E5 1e+5 -0 -0.0 1. .5 01 -01 +1 1e 1e400 -1e400 - -Infinity Infinity NaN -NaN nan 1_0 \u0661"
        written = f"[{draw.choice(numbers.split())}, {written}]"
    if draw.random() < 0.25:
        for _ in range(draw.randrange(1, 3)):
            at = draw.randrange(len(written) + 1)
            put = draw.choice(
                ["", " ", "\n", "\0", ",", '"', "\\", "\\u", "\\ud800", "\ufeff", "}", "]", "é", "1", "\x0b"]
            )
            written = written[:at] + put + written[at + draw.randrange(2) :]
    return written


def encoded(draw, written):
    """The bytes of a text, with a content type that mostly says the truth."""
    kinds = ["application/json"] * 12 + ["application/json; charset=utf-8", "application/json;CHARSET='UTF-8'"] * 2
    kinds += [
        "text/html",
        "application/json; charset=latin-1",
        "application/json; charset=nothing",
        "application/json;;a",
    ]
    kind, encoding = draw.choice(kinds), "utf-8"
    if draw.random() < 0.04:
        kind, encoding = (
            draw.choice([kind, "application/json; charset=utf-16"]),
            draw.choice(["utf-16", "utf-32-le", "utf-8-sig"]),
        )
    elif "latin" in kind:
        encoding = "latin-1"
    try:
        return kind, written.encode(encoding)
    except UnicodeEncodeError:
        return kind, written.encode("utf-8", "surrogatepass")


def outcome(function, *arguments, **keywords):
    """What a call came to: bytes, or an object down to its types (only exact ones have these texts), or an error."""
    try:
        return repr(function(*arguments, **keywords))
    except Exception as error:
        said = (type(error), str(error)[:500], getattr(error, "pos", None))
        return (*said, "circle") if isinstance(error, ValueError) and "Circular" in said[1] else said


def of_requests(content, kind):
    """A plain response of `requests`."""
    plain = requests.Response()
    plain._content, plain.status_code = content, 200
    plain.encoding = get_encoding_from_headers({} if kind is None else {"content-type": kind})
    return outcome(plain.json)


def of_agent(content, kind):
    try:
        return outcome(json.loads, str(content, get_encoding_from_headers({"content-type": kind}), errors="replace"))
    except LookupError as error:
        return type(error), str(error), None


def sent_by_requests(given):
    body = outcome(lambda: json.dumps(given, allow_nan=False).encode())
    return ("refused",) if isinstance(body, tuple) and issubclass(body[0], ValueError) else body


def sent_by_agent(given):
    return outcome(lambda: json.dumps(given).encode())


def sent(client, server, given):
    server.received = None
    try:
        response = client.post("/", json=given)
    except Exception as error:
        return None, outcome(raising, error)
    if server.received is None and isinstance(getattr(response, "error", None), requests.exceptions.InvalidJSONError):
        return response, ("refused",)
    return response, repr(server.received)


def raising(error):
    raise error


def compare(client, server, cases, body_of, answer_of, kinds):
    answered = 0
    for seed in range(FIRST, FIRST + cases):
        draw = random.Random(f"{kinds} {seed}")
        given = value(draw)
        given = 0 if given is None else given  # which is no body
        server.content_type, server.answer = encoded(draw, spelled(draw, given))
        if draw.random() < 0.02 and None in kinds:
            server.content_type = draw.choice(kinds)
        response, body = sent(client, server, given)
        assert body == body_of(given), f"seed {seed}, {given!r}:\n{body}\n{body_of(given)}"
        if response is None or body == ("refused",):
            response = client.get("/")
        said = outcome(response.json)
        expected = answer_of(server.answer, server.content_type)
        assert said == expected, f"seed {seed}, {server.content_type} {server.answer!r}:\n{said}\n{expected}"
        answered += not isinstance(said, tuple)
    return answered


def functions_of_json(function):
    """How many of Python's `json` a call goes through."""
    seen = []

    def note(frame, event, _argument):
        if event == "call" and frame.f_code.co_filename.startswith(json.__path__[0]):
            seen.append(frame.f_code.co_name)

    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
    return seen


def insist_on_the_engine(client):
    """A usual value and a usual answer go through nothing of Python's `json`."""
    server.content_type, server.answer = "application/json", b' {"a": [1, -2.5, "\\u00e9", null, true, {"b": {}}]} '
    response = client.get("/")
    assert functions_of_json(response.json) == []
    assert functions_of_json(lambda: json.loads("1")) != []
    assert functions_of_json(lambda: client.post("/", json=response.json() | {1: (None, 2**70, 0.5)})) == []


server = JsonServer()
http, fast = (
    type("Caller", (base,), {"abstract": True, "host": server.url})(Environment()).client
    for base in (HttpUser, FastHttpUser)
)
for client in (http, fast):
    insist_on_the_engine(client)
half = CASES // 2
answered = compare(http, server, half, sent_by_requests, of_requests, (None, "application/problem+json"))
answered += compare(fast, server, half, sent_by_agent, of_agent, ())
assert answered > half, answered  # else the test would speak of errors only
print(2 * half, "values")
