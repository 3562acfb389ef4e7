"""Answers that go wrong, by name: `/fault/NAME`. Bytes, what is waited for between them, and how the connection ends.

What is sent before a reset is read before the reset arrives (`READ`). `described` holds what a request gets;
`conversation` what a connection gets that goes wrong before or without a request: each name of `CONNECTIONS` has a port
of its own.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import zlib
from collections.abc import Iterator

from tests.differential.lab.answers import READ, Answer, Ending, Part, Place

TEXT = b"zipped words, " * 40
MIB = b"m" * (1 << 20)


def head(*lines: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    return "\r\n".join([status, *lines, "", ""]).encode("latin-1")


def sized(body: bytes, *lines: str, length: object = None, status: str = "HTTP/1.1 200 OK") -> bytes:
    return head(*lines, f"Content-Length: {len(body) if length is None else length}", status=status) + body


def chunked(body: bytes, *lines: str) -> bytes:
    return head(*lines, "Transfer-Encoding: chunked") + body


def coded(coding: str, body: bytes) -> bytes:
    return sized(body, f"Content-Encoding: {coding}")


def hop(location: str | bytes, body: bytes = b"hop", code: int = 302, length: int | None = None) -> bytes:
    raw = location.encode() if isinstance(location, str) else location
    return (
        b"HTTP/1.1 %d Found\r\nLocation: " % code
        + raw
        + b"\r\nContent-Length: %d\r\n\r\n" % (len(body) if length is None else length)
        + body
    )


def spoilt(data: bytes, at: int, to: int | None = None) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF if to is None else to]) + data[at + 1 :]


GOOD = sized(b"good")
ZIPPED = gzip.compress(TEXT, mtime=0)
DEFLATED = zlib.compress(TEXT)
RAW_DEFLATED = DEFLATED[2:-4]
BROTLI = b"\x0b\x02\x80hello\x03"
CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"

CUT_OFF = {
    "nothing": b"",
    "half_a_status_line": b"HTTP/1.1 2",
    "status_line_only": b"HTTP/1.1 200 OK\r\n",
    "half_a_header": b"HTTP/1.1 200 OK\r\nX-Half: ye",
    "no_empty_line": b"HTTP/1.1 200 OK\r\nX-Whole: yes\r\n",
    "no_empty_line_with_length": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n",
    "no_empty_line_chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n",
    "no_body": sized(b"", length=5),
    "half_a_body": sized(b"hello", length=10),
    "large_half_body": sized(MIB[:20000], length=50000),
    "half_a_gzip_body": sized(ZIPPED[:20], "Content-Encoding: gzip", length=len(ZIPPED)),
    "no_chunk": chunked(b""),
    "half_a_chunk": chunked(b"a\r\nhello"),
    "half_a_large_chunk": chunked(b"186a0\r\n" + MIB[:15000]),
    "half_a_chunk_size": chunked(b"5\r\nhello\r\n5"),
    "no_chunk_end": chunked(b"5\r\nhello"),
    "half_a_chunk_end": chunked(b"5\r\nhello\r"),
    "no_last_chunk": chunked(b"5\r\nhello\r\n"),
    "last_chunk_without_end": chunked(b"5\r\nhello\r\n0\r\n"),
    "only_the_last_size": chunked(b"5\r\nhello\r\n0"),
    "inside_trailers": chunked(b"5\r\nhello\r\n0\r\nX-Trailer: y"),
    "after_100": head(status="HTTP/1.1 100 Continue"),
    "after_103": head("Link: </a>", status="HTTP/1.1 103 Early Hints"),
    "without_a_length": head() + b"until the end",
    "http10_without_a_length": head(status="HTTP/1.0 200 OK") + b"until the end",
    "only_empty_lines": b"\r\n\r\n",
}

STATUS_LINES = {
    "garbage": b"this is no HTTP\r\n\r\n",
    "short_garbage": b"no\r\n\r\n",
    "binary": bytes(range(128, 256)) * 4 + b"\r\n\r\n",
    "tls_alert": b"\x15\x03\x01\x00\x02\x02\x0a",
    "smtp": b"220 mail.example ESMTP\r\n",
    "html": b"<html>hello</html>\n\n",
    "no_code": b"HTTP/1.1\r\n\r\n",
    "blank_code": b"HTTP/1.1 \r\n\r\n",
    "two_digits": b"HTTP/1.1 20 OK\r\n\r\n",
    "four_digits": b"HTTP/1.1 2000 OK\r\n\r\n",
    "code_000": b"HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n",
    "code_099": b"HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n",
    "code_600": b"HTTP/1.1 600 High\r\nContent-Length: 0\r\n\r\n",
    "code_999": b"HTTP/1.1 999 Highest\r\nContent-Length: 0\r\n\r\n",
    "negative_code": b"HTTP/1.1 -20 Minus\r\nContent-Length: 0\r\n\r\n",
    "word_code": b"HTTP/1.1 abc Words\r\nContent-Length: 0\r\n\r\n",
    "code_and_word": b"HTTP/1.1 200OK\r\nContent-Length: 0\r\n\r\n",
    "no_reason": b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
    "blank_reason": b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
    "latin1_reason": b"HTTP/1.1 404 Gr\xfc\xdfe\r\nContent-Length: 0\r\n\r\n",
    "utf8_reason": "HTTP/1.1 404 Grüße\r\nContent-Length: 0\r\n\r\n".encode(),
    "two_spaces": b"HTTP/1.1  200  OK\r\nContent-Length: 0\r\n\r\n",
    "tab": b"HTTP/1.1\t200\tOK\r\nContent-Length: 0\r\n\r\n",
    "http09": b"HTTP/0.9 200 OK\r\nContent-Length: 0\r\n\r\n",
    "http10": b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    "http12": b"HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n",
    "http2": b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    "http2_short": b"HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n",
    "http3": b"HTTP/3.7 200 OK\r\nContent-Length: 0\r\n\r\n",
    "lower_case": b"http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "icy": b"ICY 200 OK\r\nContent-Length: 0\r\n\r\n",
    "rtsp": b"RTSP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    "rtsp_without_a_length": b"RTSP/1.1 200 OK\r\n\r\nbody",
    "rtsp12": b"RTSP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n",
    "ice": b"ICE/1.0 404 No\r\nContent-Length: 0\r\n\r\n",
    "half_a_name": b"HTX",
    "space_first": b" HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "empty_line_first": b"\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "line_feeds_only": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    "too_long": b"HTTP/1.1 200 " + b"O" * 70000 + b"\r\nContent-Length: 0\r\n\r\n",
    "endless": b"HTTP/1.1 200 " + b"O" * 200000,
}

HEADERS = {
    "no_colon": b"X-One: 1\r\nno colon here\r\nX-Two: 2",
    "no_colon_first": b"no colon here\r\nX-Two: 2",
    "blank_in_name": b"X One: 1",
    "blank_after_name": b"X-One : 1",
    "blank_first": b" X-One: 1",
    "folded": b"X-One: 1\r\n and more\r\nX-Two: 2",
    "folded_by_tab": b"X-One: 1\r\n\tand more",
    "empty_name": b": nothing",
    "empty_value": b"X-One:",
    "no_blank": b"X-One:1",
    "many_blanks": b"X-One: \t  1 \t ",
    "nul": b"X-One: a\x00b",
    "control": b"X-One: a\x01b\x7f",
    "vertical_tab": b"X-One: a\x0bb\x0cc\x1cd\x85e",
    "bare_cr": b"X-One: a\rb",
    "bare_cr_line": b"X-One: a\rX-Two: b",
    "odd_name": b"X(One): 1",
    "umlaut_name": b"X-\xfc: 1",
    "latin1": b"X-One: Gr\xfc\xdfe",
    "utf8": "X-One: Grüße".encode(),
    "line_feed_only": b"X-One: 1\nX-Two: 2",
    "repeated": b"X-One: 1\r\nx-one: 2\r\nX-ONE: 3",
    "nearly_too_long": b"X-One: " + b"v" * (65536 - 9),
    "one_too_long": b"X-One: " + b"v" * (65536 - 8),
    "too_long": b"X-One: " + b"v" * 70000,
    "endless": b"X-One: " + b"v" * 300000,
    "ninety_nine": b"\r\n".join(b"X-%d: 1" % n for n in range(99)),
    "hundred": b"\r\n".join(b"X-%d: 1" % n for n in range(100)),
    "hundred_and_one": b"\r\n".join(b"X-%d: 1" % n for n in range(101)),
    "three_hundred": b"\r\n".join(b"X-%d: 1" % n for n in range(300)),
    "megabytes": b"\r\n".join(b"X-%d: " % n + b"v" * 60000 for n in range(60)),
}

LENGTHS = {
    "negative": "-1",
    "word": "many",
    "empty": "",
    "plus": "+4",
    "hex": "0x4",
    "point": "4.0",
    "underscore": "0_4",
    "leading_zeros": "0004",
    "blanks": "  4  ",
    "list_of_equals": "4, 4",
    "list_of_others": "4, 5",
    "list_with_blank": "4,",
    "words_between": "4 4",
    "overflow": "99999999999999999999999",
}

CHUNK_LINES = {
    "word": b"xyz\r\nhello\r\n0\r\n\r\n",
    "word_later": b"5\r\nhello\r\nxyz\r\n",
    "negative": b"-5\r\nhello\r\n0\r\n\r\n",
    "plus": b"+5\r\nhello\r\n0\r\n\r\n",
    "hex_prefix": b"0x5\r\nhello\r\n0\r\n\r\n",
    "underscore": b"0_5\r\nhello\r\n0\r\n\r\n",
    "empty": b"\r\nhello\r\n0\r\n\r\n",
    "blanks": b"  5  \r\nhello\r\n0\r\n\r\n",
    "blank_behind": b"5 \r\nhello\r\n0\r\n\r\n",
    "extension": b"5;name=value\r\nhello\r\n0\r\n\r\n",
    "line_feeds_only": b"5\nhello\n0\n\n",
    "no_crlf": b"5\r\nhello0\r\n\r\n",
    "too_much_data": b"5\r\nhello, world\r\n0\r\n\r\n",
    "overflow": b"fffffffffffffffff\r\nhello",
    "huge": b"ffffffffffffff\r\nhello",
    "endless": b"5" * 70000,
    "long_extension": b"5;" + b"x" * 70000 + b"\r\nhello\r\n0\r\n\r\n",
    "latin1": b"\xfc\r\nhello\r\n0\r\n\r\n",
    "trailers": b"5\r\nhello\r\n0\r\nX-One: 1\r\nX-Two: 2\r\n\r\n",
    "one_trailer": b"5\r\nhello\r\n0\r\nX-One: 1\r\n\r\n",
    "odd_trailers": b"5\r\nhello\r\n0\r\nX-One:\r\nX-Two: 2 \r\nx-two: 3\r\nX-Last: 4\r\n\r\n",
    "control_in_trailer": b"5\r\nhello\r\n0\r\nX-One: a\x01b\r\nX-Two: 2\r\n\r\n",
    "line_feed_in_trailers": b"5\r\nhello\r\n0\r\nX-One: 1\nX-Two: 2\r\n\r\n",
    "bad_trailers": b"5\r\nhello\r\n0\r\nno colon\r\n\r\n",
}

CODINGS = {
    "gzip_plain": ("gzip", b"this is no gzip"),
    "gzip_short": ("gzip", b"\x1f\x8b"),
    "gzip_empty": ("gzip", b""),
    "gzip_cut": ("gzip", ZIPPED[:-12]),
    "gzip_cut_in_header": ("gzip", ZIPPED[:6]),
    "gzip_cut_in_trailer": ("gzip", ZIPPED[:-3]),
    "gzip_bad_method": ("gzip", spoilt(ZIPPED, 2)),
    "gzip_bad_flags": ("gzip", spoilt(ZIPPED, 3)),
    "gzip_bad_block": ("gzip", spoilt(ZIPPED, 10, 0x07)),
    "gzip_bad_stored": ("gzip", ZIPPED[:10] + b"\x00\x05\x00\x05\x00hello"),
    "gzip_bad_codes": ("gzip", ZIPPED[:10] + b"\xfd\xff\xff\xff\xff\xff\xff\xff"),
    "gzip_spoilt_inside": ("gzip", spoilt(ZIPPED, 16)),
    "gzip_spoilt_later": ("gzip", spoilt(ZIPPED, 22)),
    "gzip_bad_sum": ("gzip", ZIPPED[:-8] + b"\0\0\0\0" + ZIPPED[-4:]),
    "gzip_bad_length": ("gzip", ZIPPED[:-4] + b"\1\2\3\4"),
    "gzip_garbage_behind": ("gzip", ZIPPED + b"garbage"),
    "gzip_two_members": ("gzip", ZIPPED + ZIPPED),
    "gzip_second_member_bad": ("gzip", ZIPPED + ZIPPED[:9] + b"\xff" + ZIPPED[10:20]),
    "gzip_upper_case": ("GZIP", ZIPPED),
    "x_gzip": ("x-gzip", ZIPPED),
    "deflate": ("deflate", DEFLATED),
    "deflate_raw": ("deflate", RAW_DEFLATED),
    "deflate_plain": ("deflate", b"this is no deflate"),
    "deflate_empty": ("deflate", b""),
    "deflate_cut": ("deflate", DEFLATED[:-8]),
    "deflate_raw_cut": ("deflate", RAW_DEFLATED[:-8]),
    "deflate_bad_sum": ("deflate", spoilt(DEFLATED, len(DEFLATED) - 1)),
    "deflate_spoilt": ("deflate", spoilt(DEFLATED, 12)),
    "deflate_dictionary": ("deflate", b"\x78\xbb\x01\x02\x03\x04rest"),
    "br": ("br", BROTLI),
    "br_plain": ("br", b"\xff\xffthis is no brotli"),
    "br_empty": ("br", b""),
    "br_cut": ("br", BROTLI[:-3]),
    "br_garbage_behind": ("br", BROTLI + b"garbage"),
    "zstd": ("zstd", b"\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00hello"),
    "compress": ("compress", b"as it is"),
    "identity": ("identity", b"as it is"),
    "unknown": ("odd", b"as it is"),
    "none_named": ("", b"as it is"),
    "two": ("deflate, gzip", gzip.compress(DEFLATED, mtime=0)),
    "two_other_order": ("gzip, deflate", zlib.compress(ZIPPED)),
    "two_but_one": ("deflate, gzip", ZIPPED),
    "two_one_unknown": ("odd, gzip", ZIPPED),
    "five": ("gzip, gzip, gzip, gzip, gzip", ZIPPED),
    "six": ("gzip, gzip, gzip, gzip, gzip, gzip", ZIPPED),
}

LOCATIONS: dict[str, str | bytes] = {
    "loop": "LOOP",
    "to_nothing": "/fault/cut/nothing",
    "to_reset": "/fault/reset/before",
    "to_half_a_body": "/fault/cut/half_a_body",
    "to_refused": "REFUSED/gone",
    "to_unknown_host": "http://no-such-host.invalid/gone",
    "to_404": "/status/404",
    "to_ftp": "ftp://127.0.0.1/file",
    "to_mail": "mailto:someone@example.com",
    "to_script": "javascript:alert(1)",
    "to_file": "file:///etc/hostname",
    "to_no_host": "http://",
    "to_no_host_path": "http:///path",
    "to_open_bracket": "http://[::1",
    "to_bad_address": "http://[::zz]/",
    "to_port_word": "http://127.0.0.1:port/",
    "to_port_high": "http://127.0.0.1:99999/",
    "to_dots": "http://.../",
    "to_star": "http://*.example/",
    "to_blank_host": "http://a b/",
    "to_long_label": "http://" + "a" * 70 + ".invalid/",
    "to_slashes": "//127.0.0.1:PORT/landed",
    "to_three_slashes": "///landed",
    "to_other_case": "HTTP://127.0.0.1:PORT/landed",
    "to_empty": "",
    "to_query": "?q=1",
    "to_fragment": "#part",
    "to_relative": "landed",
    "to_up": "../../landed",
    "to_backslash": "\\landed",
    "to_blanks": "/lan ded",
    "to_tab": "/lan\tded",
    "to_percent": "/lan%2ded%zz",
    "to_utf8": "/gelandet/ä",
    "to_latin1": b"/gelandet/\xe4",
    "to_user": "http://user:secret@127.0.0.1:PORT/landed",
    "to_unicode_host": "http://bücher.invalid/",
}

INTERIM = {
    "100": [head(status="HTTP/1.1 100 Continue") + GOOD],
    "100_apart": [head(status="HTTP/1.1 100 Continue"), READ, GOOD],
    "100_many": [head(status="HTTP/1.1 100 Continue") * 50 + GOOD],
    "100_with_headers": [head("X-One: 1", "Content-Length: 5", status="HTTP/1.1 100 Continue") + GOOD],
    "100_bad_header": [head("no colon", status="HTTP/1.1 100 Continue") + GOOD],
    "100_too_many_headers": [head(*(f"X-{n}: 1" for n in range(120)), status="HTTP/1.1 100 Continue") + GOOD],
    "101": [head("Upgrade: odd", "Connection: Upgrade", status="HTTP/1.1 101 Switching") + b"something else"],
    "101_plain": [head(status="HTTP/1.1 101 Switching") + GOOD],
    "102": [head(status="HTTP/1.1 102 Processing") + GOOD],
    "103": [head("Link: </a.css>", status="HTTP/1.1 103 Early Hints") + GOOD],
    "100_then_103": [head(status="HTTP/1.1 100 C") + head("Link: </a>", status="HTTP/1.1 103 E") + GOOD],
    "199": [head(status="HTTP/1.1 199 Odd") + GOOD],
    "199_with_length": [sized(b"hello", status="HTTP/1.1 199 Odd") + GOOD],
    "199_cut": [sized(b"hel", length=5, status="HTTP/1.1 199 Odd"), READ, b"lo" + GOOD],
    "199_with_chunks": [head("Transfer-Encoding: chunked", status="HTTP/1.1 199 Odd") + CHUNKS + GOOD],
    "103_with_length": [sized(b"hello", status="HTTP/1.1 103 Early Hints") + GOOD],
    "099_with_length": [sized(b"hello", status="HTTP/1.1 099 Low") + GOOD],
}

BODILESS = {
    "204": [b"HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nhello"],
    "204_chunked": [b"HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS],
    "204_apart": [b"HTTP/1.1 204 No\r\n\r\n", READ, b"hello"],
    "205": [b"HTTP/1.1 205 Reset\r\nContent-Length: 5\r\n\r\nhello"],
    "304": [b"HTTP/1.1 304 Same\r\nContent-Length: 5\r\n\r\nhello"],
    "304_plain": [b"HTTP/1.1 304 Same\r\n\r\n"],
    "head": [GOOD],
    "head_chunked": [chunked(CHUNKS)],
    "head_without_length": [head()],
}

KEEPING = {
    "garbage_behind": [GOOD + b"garbage"],
    "garbage_apart": [GOOD, READ, b"garbage"],
    "empty_lines_behind": [GOOD + b"\r\n\r\n"],
    "answer_behind": [GOOD + sized(b"nobody asked")],
    "bad_answer_behind": [GOOD + sized(b"nobody asked", status="HTTP/1.1 500 Odd")],
    "two_answers_behind": [GOOD + b"\r\n" + chunked(CHUNKS) + sized(b"nobody asked")],
    "half_an_answer_behind_apart": [GOOD + sized(b"nobody", length=12), READ, b" asked"],
    "garbled_answer_behind": [GOOD + head("no colon")],
    "interim_behind": [GOOD + head(status="HTTP/1.1 102 Processing") + sized(b"nobody asked")],
    "redirect_behind": [GOOD + hop("/landed")],
    "answer_apart": [GOOD, READ, sized(b"nobody asked")],
    "much_behind": [GOOD + MIB[:30000]],
    "garbage_behind_chunks": [chunked(CHUNKS) + b"garbage"],
    "garbage_behind_close": [sized(b"good", "Connection: close") + b"garbage"],
    "length_and_chunks": [chunked(CHUNKS, "Content-Length: 4")],
    "unknown_transfer": [sized(b"good", "Transfer-Encoding: odd")],
    "gzip_transfer": [sized(ZIPPED, "Transfer-Encoding: gzip")],
    "chunked_twice": [chunked(CHUNKS, "Transfer-Encoding: chunked")],
    "chunked_and_more": [head("Transfer-Encoding: gzip, chunked") + CHUNKS],
    "chunked_first": [head("Transfer-Encoding: chunked, gzip") + CHUNKS],
    "chunked_spelt_oddly": [head("Transfer-Encoding: CHUNKED") + CHUNKS],
    "length_twice": [sized(b"good", "Content-Length: 4")],
    "length_contradiction": [sized(b"good", "Content-Length: 5")],
    "http10_keep": [sized(b"good", "Connection: keep-alive", status="HTTP/1.0 200 OK")],
    "http10_plain": [sized(b"good", status="HTTP/1.0 200 OK")],
}

RESETS = {
    "before": [],
    "in_status_line": [b"HTTP/1.1 2", READ],
    "in_headers": [b"HTTP/1.1 200 OK\r\nX-Half: ye", READ],
    "after_headers": [sized(b"", length=5), READ],
    "in_body": [sized(b"hello", length=10), READ],
    "in_chunk": [chunked(b"a\r\nhello"), READ],
    "between_chunks": [chunked(b"5\r\nhello\r\n"), READ],
    "after_100": [head(status="HTTP/1.1 100 Continue"), READ],
    "without_a_length": [head() + b"hello", READ],
}

HANGS = {
    "before": [],
    "in_status_line": [b"HTTP/1.1 2"],
    "in_headers": [b"HTTP/1.1 200 OK\r\nX-Half: ye"],
    "after_headers": [sized(b"", length=5)],
    "in_body": [sized(b"hello", length=10)],
    "in_chunk": [chunked(b"a\r\nhello")],
    "between_chunks": [chunked(b"5\r\nhello\r\n")],
    "after_100": [head(status="HTTP/1.1 100 Continue")],
    "without_a_length": [head() + b"hello"],
    "in_gzip": [sized(ZIPPED[:20], "Content-Encoding: gzip", length=len(ZIPPED))],
    "in_redirect": [hop("/landed", b"half", length=10)],
}


def trickled(data: bytes, pieces: int) -> list[Part]:
    """The bytes in so many pieces with pauses between: each within a limit that all together pass."""
    size = -(-len(data) // pieces)
    return [part for at in range(0, len(data), size) for part in (data[at : at + size], 0.3)]


SLOW = {
    "head": [*trickled(sized(b"")[:-2], 6), b"\r\n"],
    "body": [sized(b"", length=24), *trickled(b"twenty-four slow letters", 6)],
    "chunks": [chunked(b""), *trickled(b"5\r\nhello\r\n" * 6, 6), b"0\r\n\r\n"],
    "one_pause_too_long": [sized(b"hello", length=10), 30.0, b"world"],
}

SAID = "Content-Type: text/plain; charset=latin-1"  # guessing it of a large body takes a minute
LARGE = {
    "length": [sized(b"", SAID, length=100 << 20), *[MIB] * 100],
    "chunks": [chunked(b"", SAID), *[b"100000\r\n" + MIB + b"\r\n"] * 100, b"0\r\n\r\n"],
    "until_close": [head(SAID), *[MIB] * 100],
}


def described(place: Place) -> Iterator[tuple[str, Answer]]:
    """The families that end each in their own way."""
    yield from ((f"cut/{name}", Answer([data], Ending.CLOSE)) for name, data in CUT_OFF.items())
    yield from ((f"status_line/{name}", Answer([data], Ending.CLOSE)) for name, data in STATUS_LINES.items())
    for name, lines in HEADERS.items():
        yield (
            f"header/{name}",
            Answer([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + lines + b"\r\n\r\nok"], Ending.CLOSE),
        )
    for name, length in LENGTHS.items():
        yield f"length/{name}", Answer([sized(b"good", length=length)], Ending.CLOSE)
    yield from ((f"chunk/{name}", Answer([chunked(data)], Ending.CLOSE)) for name, data in CHUNK_LINES.items())
    yield from ((f"coding/{name}", Answer([coded(*pair)])) for name, pair in CODINGS.items())
    yield "coding/repeated", Answer([sized(ZIPPED, "Content-Encoding: odd", "Content-Encoding: gzip")])
    yield "cut/half_of_404", Answer([sized(b"half", length=8, status="HTTP/1.1 404 No")], Ending.CLOSE)
    yield "coding/of_404", Answer([sized(b"no gzip", "Content-Encoding: gzip", status="HTTP/1.1 404 No")])
    yield from ((f"interim/{name}", Answer([*parts])) for name, parts in INTERIM.items())
    yield from ((f"bodiless/{name}", Answer([*parts])) for name, parts in BODILESS.items())
    yield from ((f"keep/{name}", Answer([*parts])) for name, parts in KEEPING.items())
    yield from ((f"reset/{name}", Answer([*parts], Ending.RESET)) for name, parts in RESETS.items())
    yield from ((f"hang/{name}", Answer([*parts], Ending.HANG)) for name, parts in HANGS.items())
    yield from ((f"slow/{name}", Answer([*parts])) for name, parts in SLOW.items())
    yield from ((f"large/{name}", Answer([*parts], Ending.CLOSE)) for name, parts in LARGE.items())
    yield "large/bomb", Answer([sized(BOMB, SAID, "Content-Encoding: gzip")])
    for name, location in LOCATIONS.items():
        yield f"redirect/{name}", Answer([hop(addressed(location, place))])
    yield "redirect/without_location", Answer([sized(b"hop", status="HTTP/1.1 302 Found")])
    yield "redirect/two_locations", Answer([sized(b"", "Location: /a", "Location: /b", status="HTTP/1.1 302 Found")])
    yield "redirect/half_a_body", Answer([hop("/landed", length=10)], Ending.CLOSE)
    yield "redirect/bad_gzip", Answer([hop("/landed").replace(b"\r\n", b"\r\nContent-Encoding: gzip\r\n", 1)])
    yield (
        "redirect/bad_chunk",
        Answer([b"HTTP/1.1 302 Found\r\nLocation: /landed\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"], Ending.CLOSE),
    )
    for code in (300, 301, 303, 304, 305, 306, 307, 308):
        yield f"redirect/{code}_to_nothing", Answer([hop("/fault/cut/nothing", b"", code)])


BOMB = gzip.compress(bytes(50 << 20), 1, mtime=0)


def addressed(location: str | bytes, place: Place) -> str | bytes:
    if isinstance(location, bytes):
        return location
    location = location.replace("PORT", str(place.ports["http"]))
    if location == "LOOP":
        return "/fault/redirect/loop"
    return location.replace("REFUSED", f"http://127.0.0.1:{place.ports['refused']}")


def race(place: Place) -> Answer:
    """`/fault/race/ENDING`: a good answer, silence for the next request on the connection, then good again."""
    ending = place.rest("/fault/race/")[0]
    swallowed = place.seen[place.request.path] == 2
    return Answer([], Ending(ending)) if swallowed else Answer([GOOD])


def silent(place: Place) -> Answer:
    """`/fault/silent/ENDING`: a good answer that says nothing of the end that follows at once."""
    return Answer([GOOD], Ending(place.rest("/fault/silent/")[0]))


def answer(place: Place) -> Answer:
    path = place.request.path
    if path.startswith("/fault/race/"):
        return race(place)
    if path.startswith("/fault/silent/"):
        return silent(place)
    return dict(described(place)).get(path.removeprefix("/fault/"), Answer([GOOD]))


# -- connections that go wrong --

# What proxies answer to the first request, before they close; None: they reset the connection instead.
PROXIES = {
    "proxy_407": sized(b"who?", 'Proxy-Authenticate: Basic realm="way"', status="HTTP/1.1 407 Who Are You"),
    "proxy_502": sized(b"no way", status="HTTP/1.1 502 Bad Gateway"),
    "proxy_without_reason": b"HTTP/1.1 403\r\n\r\n",
    "proxy_201": head(status="HTTP/1.1 201 Made"),
    "proxy_200": head(status="HTTP/1.1 200 Connection established"),
    "proxy_closing": b"",
    "proxy_reset": None,
    "proxy_garbage": b"this is no HTTP\r\n\r\n",
    "proxy_half": b"HTTP/1.1 200 OK\r\nX-Half: ye",
    "proxy_to_plain": head(status="HTTP/1.1 200 Connection established"),
    "proxy_to_silence": head(status="HTTP/1.1 200 Connection established"),
}
# What SOCKS5 proxies answer, one thing to each message.
SOCKS = {
    "socks_refusing": [b"\x05\x00", b"\x05\x05\x00\x01\0\0\0\0\0\0"],
    "socks_not_that_way": [b"\x05\xff"],
    "socks_wrong_word": [b"\x05\x02", b"\x01\x01"],
}
CONNECTIONS = (
    *("closed", "reset", "talking", "silent", "plain_to_tls", "hello_closed", "hello_reset", "hello_alert"),
    *PROXIES,
    *SOCKS,
)


def abort(writer: asyncio.StreamWriter) -> None:
    """Ends the connection by a reset."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def conversation(name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if name in ("reset", "closed"):
        await reader.read(1024)  # what the client sends first has come
    if name == "reset":
        return abort(writer)
    if name == "talking":
        writer.write(b"220 welcome\r\n")
    elif name == "silent":
        await reader.read()
    elif name in PROXIES:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return writer.close()
        if (said := PROXIES[name]) is None:
            return abort(writer)
        writer.write(said)
        if request.startswith(b"CONNECT ") and b" 200 " in said:
            await reader.read(1024)
            if name == "proxy_to_plain":
                writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            elif name == "proxy_to_silence":
                await reader.read()
    elif name in SOCKS:
        for said in SOCKS[name]:
            await reader.read(1024)
            writer.write(said)
    elif name != "closed":
        await reader.read(1024)
        if name == "plain_to_tls":
            writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        elif name == "hello_reset":
            return abort(writer)
        elif name == "hello_alert":
            writer.write(b"\x15\x03\x03\x00\x02\x02\x28")
    await writer.drain()
    writer.close()


def full() -> tuple[int, list[socket.socket]]:
    """A port whose queue of connections is full: connecting to it neither succeeds nor fails."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    port = listener.getsockname()[1]
    waiting = [listener]
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(("127.0.0.1", port))
        waiting.append(filler)
    return port, waiting
