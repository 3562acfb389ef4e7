"""Answers that go wrong, and what a seed makes of them: bytes changed, cut out, repeated and mixed, without an end.

What an answer may not do is to lead a client to another machine: it holds no `//` and no backslash.
"""

from collections.abc import Iterator
from random import Random

from tests.differential.lab import faults

LONGEST = 100_000
WORDS = [
    *(b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b": ", b";", b",", b"=", b'"', b"\xff", b"\x80", b"%"),
    *(b"HTTP/1.1 ", b"HTTP/1.0 ", b"HTTP/2 ", b"100", b"103", b"199", b"204", b"302", b"304", b"401", b"99999"),
    *(b"Content-Length: ", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: ", b"Connection: close\r\n"),
    *(b"gzip", b"deflate", b"br", b"zstd", b"gzip, gzip", b"identity", b"-1", b"4", b"ffffffffffffffff", b"0\r\n\r\n"),
    *(b"Set-Cookie: a=b\r\n", b"Set-Cookie: ", b"; Max-Age=0", b"; Expires=", b"; Domain=.", b"; Path=/", b"; Secure"),
    *(
        b"Location: /landed\r\n",
        b"Location: ",
        b"../",
        b"?",
        b"#",
        b'WWW-Authenticate: Digest realm="a", nonce="b"\r\n',
    ),
    *(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", b"1\r\nx\r\n", b"5;name=value\r\nhello\r\n", b"T: 1\r\n"),
]
FAMILIES = (faults.CUT_OFF, faults.STATUS_LINES, faults.KEEPING, faults.INTERIM, faults.BODILESS)


def answers() -> list[bytes]:
    """Those of the failure table that end."""
    found = [_joined(parts) for family in FAMILIES for parts in family.values()]
    for lines in faults.HEADERS.values():
        found.append(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + lines + b"\r\n\r\nok")
    found += [faults.sized(b"good", length=length) for length in faults.LENGTHS.values()]
    found += [faults.chunked(lines) for lines in faults.CHUNK_LINES.values()]
    found += [faults.coded(*pair) for pair in faults.CODINGS.values()]
    found += [faults.hop(location) for location in ("landed", "../../landed", "?q=1", "/lan%2ded%zz", "mailto:a@b")]
    found += _floods()
    return [answer for answer in found if len(answer) <= LONGEST]


def _joined(parts: bytes | list[bytes | float]) -> bytes:
    whole = [parts] if isinstance(parts, bytes) else parts
    return b"".join(part for part in whole if isinstance(part, bytes))


def _floods() -> list[bytes]:
    cookies = [f"Set-Cookie: c{number}=v; Path=/{number % 3}" for number in range(90)]
    return [
        faults.head(status="HTTP/1.1 103 Early Hints") * 300 + faults.GOOD,
        faults.sized(b"good", *cookies),
        faults.sized(b"good", "Set-Cookie: c=1" + ";a=b" * 9000),
        faults.chunked(b"1\r\nx\r\n" * 3000 + b"0\r\n\r\n"),
        faults.chunked(b"0\r\n" + b"T: 1\r\n" * 3000 + b"\r\n"),
        faults.coded("gzip", faults.ZIPPED * 100),
        faults.coded("gzip", faults.gzip.compress(bytes(4 << 20), mtime=0)),
    ]


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + payload


SETTINGS = frame(4, 0, 0)


def conversations() -> list[bytes]:
    """What a peer may say on a connection of HTTP/2: whole answers, and frames that no answer needs."""
    head, end = frame(1, 4, 1, b"\x88"), frame(0, 1, 1, b"good")
    between = [
        *(
            frame(6, 0, 0, b"12345678"),
            frame(4, 0, 0),
            frame(8, 0, 1, b"\0\0\0\1"),
            frame(8, 0, 0, b"\x7f\xff\xff\xff"),
        ),
        *(frame(3, 0, 1, b"\0\0\0\x08"), frame(7, 0, 0, bytes(8)), frame(2, 0, 1, b"\0\0\0\0\1"), frame(0, 0, 1, b"x")),
        *(frame(9, 4, 1, b"\0\1a\1b"), frame(5, 4, 1, b"\0\0\0\2\x88"), frame(11, 0, 0), frame(1, 5, 1, b"\0\1a\1b")),
    ]
    split = frame(1, 0, 1, b"\x88") + frame(9, 4, 1, b"\0\1a\1b") + end
    return [
        head + end,
        split,
        *(other + head + end for other in between),
        *(head + other * 9 + end for other in between),
    ]


def changed(seeds: list[bytes], random: Random) -> Iterator[bytes]:
    """One after the other, for ever."""
    while True:
        answer = bytearray(random.choice(seeds))
        for _ in range(random.choice((0, 1, 1, 2, 2, 3, 5))):
            random.choice(CHANGES)(answer, random, seeds)
        yield bytes(answer[:LONGEST]).replace(b"//", b"/-").replace(b"\\", b"/")


def _span(answer: bytearray, random: Random) -> tuple[int, int]:
    start = random.randrange(len(answer) + 1)
    return start, min(start + random.choice((1, 2, 4, 16, 64)), len(answer))


def _flip(answer: bytearray, random: Random, _: list[bytes]) -> None:
    if answer:
        answer[random.randrange(len(answer))] ^= 1 << random.randrange(8)


def _cut_out(answer: bytearray, random: Random, _: list[bytes]) -> None:
    start, end = _span(answer, random)
    del answer[start:end]


def _repeat(answer: bytearray, random: Random, _: list[bytes]) -> None:
    start, end = _span(answer, random)
    answer[start:end] = answer[start:end] * random.choice((2, 3, 10, 200))


def _add(answer: bytearray, random: Random, _: list[bytes]) -> None:
    start, _end = _span(answer, random)
    answer[start:start] = random.choice(WORDS)


def _replace(answer: bytearray, random: Random, _: list[bytes]) -> None:
    start, end = _span(answer, random)
    answer[start:end] = random.choice(WORDS)


def _mix(answer: bytearray, random: Random, seeds: list[bytes]) -> None:
    start, _end = _span(answer, random)
    other = random.choice(seeds)
    answer[start:] = other[random.randrange(len(other) + 1) :]


def _end(answer: bytearray, random: Random, _: list[bytes]) -> None:
    start, _end = _span(answer, random)
    del answer[start:]


CHANGES = (_flip, _flip, _cut_out, _repeat, _add, _replace, _mix, _end)
