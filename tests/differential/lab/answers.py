"""What the lab server answers, by path. Every answer is the same bytes each time it is asked for.

A path names its fault or its content (`/status/404`, `/reset`, `/gzip/bad`); unknown paths answer 200 `ok`,
so that odd request targets can be sent anywhere.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from urllib.parse import parse_qs, unquote

DATE = "Sat, 01 Jan 2028 00:00:00 GMT"


class Ending(Enum):
    """How the connection goes on after an answer."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"
    HANG = "hang"
    HALF_CLOSE = "half_close"


@dataclass(frozen=True)
class Held:
    """Instead of a pause: until the locustfile releases this name (`_lab.ask`)."""

    name: str


class Until(Enum):
    READ = "the client has read all that was sent"


READ = Until.READ
Part = bytes | float | Held | Until | Callable[[], bytes]


class Request:
    """A request head taken apart just far enough to answer it."""

    def __init__(self, head: bytes) -> None:
        self.head = head
        self.body = b""
        self.connection = 0
        first, *lines = head.decode("latin-1").split("\r\n")
        self.method, self.target = [*first.split(" "), "", ""][:2]
        self.path, _, self.query = self.target.partition("?")
        self.headers = [tuple(line.split(":", 1)) for line in lines if ":" in line]

    def header(self, name: str) -> str:
        return ", ".join(v.strip() for k, v in self.headers if k.lower() == name)

    @property
    def is_chunked(self) -> bool:
        return self.header("transfer-encoding").lower() == "chunked"

    @property
    def length(self) -> int:
        length = self.header("content-length")
        return int(length) if length.isdigit() else 0

    @property
    def wants_close(self) -> bool:
        return self.header("connection").lower() == "close"

    def argument(self, name: str) -> str:
        return parse_qs(self.query)[name][0]


@dataclass
class Answer:
    """Bytes to write, or what makes them in their turn, and what is waited for between them (seconds, a release, the
    client's reading), then the ending."""

    parts: list[Part] = field(default_factory=list)
    ending: Ending = Ending.KEEP


def reply(
    body: bytes = b"ok",
    *,
    status: int = 200,
    reason: str | None = None,
    kind: str | None = "text/plain; charset=utf-8",
    headers: tuple[tuple[str, str], ...] = (),
    length: int | None = None,
) -> bytes:
    """A whole reply; `length` may lie about the body."""
    if reason is None:
        known = status in set(HTTPStatus)
        reason = HTTPStatus(status).phrase if known else "Odd"
    lines = [f"HTTP/1.1 {status} {reason}", "Server: lab", f"Date: {DATE}"]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"{name}: {value}" for name, value in headers]
    if status not in (204, 304):
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if status in (204, 304) else body)


def say_json(value: object, **more: object) -> bytes:
    return reply(json.dumps(value).encode(), kind="application/json", **more)  # type: ignore[arg-type]


def answer_for(request: Request, ports: dict[str, int], seen: dict[str, int]) -> Answer:
    place = Place(request, ports, seen)
    for prefix, make in ROUTES:
        if request.path == prefix or (prefix.endswith("/") and request.path.startswith(prefix)):
            answer = make(place)
            break
    else:
        answer = Answer([reply()])
    if request.wants_close and answer.parts and isinstance(answer.parts[0], bytes):
        answer.parts[0] = answer.parts[0].replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    if request.method == "HEAD" and answer.parts and isinstance(answer.parts[0], bytes):
        answer.parts[0] = answer.parts[0].partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        del answer.parts[1:]
    return answer


@dataclass
class Place:
    """Where an answer is made: the request, the server's ports, how often each path was asked for."""

    request: Request
    ports: dict[str, int]
    seen: dict[str, int]

    def rest(self, prefix: str) -> list[str]:
        return self.request.path[len(prefix) :].split("/")

    def base(self, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.ports['http']}"


def status(place: Place) -> Answer:
    code, *reason = place.rest("/status/")
    text = unquote(reason[0]) if reason else None
    return Answer([reply(f"status {code}".encode(), status=int(code), reason=text)])


def pause(place: Place) -> Answer:
    return Answer([int(place.rest("/pause/")[0]) / 1000, reply(b"late")])


def held(place: Place) -> Answer:
    """`/held/NAME`: no answer before it is released."""
    return Answer([Held(place.rest("/held/")[0]), reply(b"late")])


def held_in_body(place: Place) -> Answer:
    """`/held/in-body/NAME`: the end of the body comes when it is released."""
    head, _, body = reply(b"early late").partition(b" late")
    return Answer([head, Held(place.rest("/held/in-body/")[0]), b" late" + body])


def redirect(place: Place) -> Answer:
    """`/redirect/CODE/N`: N hops with that code, then `/landed`."""
    code, left = (int(part) for part in place.rest("/redirect/"))
    target = f"/redirect/{code}/{left - 1}" if left > 1 else "/landed"
    return Answer([reply(b"hop", status=code, headers=(("Location", target),))])


def redirect_to(place: Place) -> Answer:
    """`/redirect-to?url=U[&code=C][&cookie=K]`: U may say HERE, OTHER or REFUSED for a base address."""
    if "url=" not in place.request.query:
        return Answer([reply()])
    url = place.request.argument("url")
    url = url.replace("HERE", place.base()).replace("OTHER", place.base("localhost"))
    url = url.replace("REFUSED", f"http://127.0.0.1:{place.ports['refused']}")
    code = int(place.request.argument("code")) if "code=" in place.request.query else 302
    headers: tuple[tuple[str, str], ...] = (("Location", url),)
    if "cookie=" in place.request.query:
        headers += (("Set-Cookie", f"{place.request.argument('cookie')}; Path=/"),)
    return Answer([reply(b"hop", status=code, headers=headers)])


def set_cookies(place: Place) -> Answer:
    """`/cookie/set?c=A&c=B`: one Set-Cookie line for each argument."""
    lines = parse_qs(place.request.query)["c"]
    return Answer([reply(b"cookie set", headers=tuple(("Set-Cookie", line) for line in lines))])


def login(place: Place) -> Answer:
    name = place.request.body.decode().partition("name=")[2] or "nobody"
    return Answer([say_json({"user": name}, headers=(("Set-Cookie", f"session={name}; Path=/; HttpOnly"),))])


def private(place: Place) -> Answer:
    cookie = place.request.header("cookie")
    if "session=" in cookie:
        return Answer([say_json({"cookie": cookie})])
    return Answer([say_json({"detail": "who are you"}, status=401)])


def basic_auth(place: Place) -> Answer:
    given = place.request.header("authorization")
    if given:
        return Answer([reply(given.encode("latin-1"))])
    return Answer([reply(b"no", status=401, headers=(("WWW-Authenticate", 'Basic realm="lab"'),))])


def digest_auth(place: Place) -> Answer:
    """Asks for a digest with a nonce that never changes; what was given is not checked."""
    given = place.request.header("authorization")
    if given.startswith("Digest "):
        return Answer([reply(b"digested")])
    challenge = 'Digest realm="lab", nonce="0123456789", qop="auth", algorithm=MD5'
    return Answer([reply(b"no", status=401, headers=(("WWW-Authenticate", challenge),))])


def big(place: Place) -> Answer:
    """`/big/N`: N bytes, in pieces, with their length said."""
    size = int(place.rest("/big/")[0])
    piece = bytes(range(256)) * 256
    pieces: list[Part] = [piece] * (size // len(piece)) + [piece[: size % len(piece)]]
    return Answer([reply(b"", kind="application/octet-stream", length=size), *pieces])


def echo(place: Place) -> Answer:
    request = place.request
    said = {"method": request.method, "target": request.target, "body": request.body.decode("latin-1")}
    said["type"] = request.header("content-type")
    return Answer([say_json(said)])


def many_headers(place: Place) -> Answer:
    headers = (
        ("X-Twice", "one"),
        ("X-Twice", "two"),
        ("x-lower", "yes"),
        ("Link", '</next>; rel="next"'),
        ("ETag", '"1"'),
    )
    return Answer([reply(b"headers", headers=headers)])


def chunked(place: Place) -> Answer:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    return Answer([head, b"5\r\nhello\r\n", b"6\r\n world\r\n", b"0\r\n\r\n"])


def chunked_short(place: Place) -> Answer:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    return Answer([head + b"5\r\nhello\r\n"], Ending.CLOSE)


def encoded(coding: str, body: bytes) -> Callable[[Place], Answer]:
    return lambda place: Answer([reply(body, headers=(("Content-Encoding", coding),))])


def fixed(*parts: Part, ending: Ending = Ending.KEEP) -> Callable[[Place], Answer]:
    return lambda place: Answer(list(parts), ending)


def text(body: bytes, kind: str | None) -> Callable[[Place], Answer]:
    return fixed(reply(body, kind=kind))


def counted(place: Place) -> Answer:
    return Answer([reply(str(place.seen.get(place.request.argument("path"), 0)).encode())])


def once_reset(place: Place) -> Answer:
    """Resets the first time it is asked for, answers later."""
    if place.seen[place.request.path] == 1:
        return Answer([], Ending.RESET)
    return Answer([reply(b"second time")])


WORDS = "blåbärsöl"
LONG = b"0123456789" * 50

ROUTES: list[tuple[str, Callable[[Place], Answer]]] = [
    ("/json", fixed(say_json({"message": "hello", "number": 1, "list": [1, 2]}))),
    ("/json/broken", text(b'{"message": ', "application/json")),
    ("/json/list", fixed(say_json([1, 2, 3]))),
    ("/json/empty", text(b"", "application/json")),
    ("/status/", status),
    ("/held/in-body/", held_in_body),
    ("/held/", held),
    ("/pause/", pause),
    ("/redirect/loop", fixed(reply(b"hop", status=302, headers=(("Location", "/redirect/loop"),)))),
    ("/redirect/", redirect),
    ("/redirect-to", redirect_to),
    ("/cookie/set", set_cookies),
    ("/cookie/show", lambda place: Answer([reply(place.request.header("cookie").encode("latin-1"))])),
    ("/login", login),
    ("/private", private),
    ("/auth", basic_auth),
    ("/digest", digest_auth),
    ("/big/", big),
    ("/echo", echo),
    ("/headers", many_headers),
    ("/chunked", chunked),
    ("/chunked/short", chunked_short),
    ("/gzip", encoded("gzip", gzip.compress(b"zipped " * 20, mtime=0))),
    ("/gzip/bad", encoded("gzip", b"this is no gzip")),
    ("/deflate", encoded("deflate", zlib.compress(b"deflated " * 20))),
    ("/coding/odd", encoded("odd", b"as it is")),
    ("/long", text(LONG, "text/plain")),
    ("/text/lines", text(b"one\ntwo\r\nthree", "text/plain; charset=utf-8")),
    ("/text/utf8", text(WORDS.encode(), "text/plain; charset=utf-8")),
    ("/text/latin1", text(WORDS.encode("latin-1"), "text/html; charset=iso-8859-1")),
    ("/text/unsaid", text(WORDS.encode("latin-1"), "text/html")),
    ("/text/untyped", text(b"plain ascii words", None)),
    ("/close", fixed(reply(b"bye", headers=(("Connection", "close"),)), ending=Ending.CLOSE)),
    ("/close/early", fixed(ending=Ending.CLOSE)),
    ("/reset", fixed(ending=Ending.RESET)),
    ("/reset/once", once_reset),
    ("/short", fixed(reply(b"ten bytes.", length=100), ending=Ending.CLOSE)),
    ("/garbage", fixed(b"this is not http\r\n\r\n", ending=Ending.CLOSE)),
    ("/head/cut", fixed(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Cut: ye", ending=Ending.CLOSE)),
    ("/hang", fixed(ending=Ending.HANG)),
    ("/hang/body", fixed(reply(b"ten bytes.", length=100), ending=Ending.HANG)),
    ("/count", counted),
]
