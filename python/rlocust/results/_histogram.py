"""Histograms of response times as arrays: read from HdrHistogram's compressed V2 form, in which summaries keep them.

The form is that of hdrhistogram.org: a header, then counts as zigzag LEB128 numbers, a negative one for so many empty
buckets. A bucket is named by the greatest value that it holds.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

#: How the two layers begin; four bits in between are the size of a word, which says nothing here.
COMPRESSED, PLAIN, WORD_SIZE = 0x1C849304, 0x1C849303, 0xF0
#: cookie, length of the counts, offset, digits, least value, greatest value, ratio
HEADER = struct.Struct(">iiiiqqd")


@dataclass(frozen=True, slots=True)
class Histogram:
    """So many response times, each within three significant digits: `counts[i]` of them came to `values_us[i]`."""

    values_us: tuple[int, ...]
    counts: tuple[int, ...]

    @classmethod
    def from_base64(cls, text: str) -> Histogram:
        """Raises ValueError where the text is no such histogram."""
        try:
            values, counts = _decoded(base64.b64decode(text, validate=True))
        except (struct.error, zlib.error, IndexError, ValueError) as error:
            raise ValueError(f"no histogram in HdrHistogram's compressed form: {error}") from error
        return cls(values, counts)

    @property
    def count(self) -> int:
        return sum(self.counts)

    def percentile_us(self, percent: float) -> int | None:
        """The time that this share of the requests did not exceed; None of no requests."""
        if not self.counts:
            return None
        wanted, so_far = max(1, -(-self.count * percent // 100)), 0
        for value, count in zip(self.values_us, self.counts, strict=True):
            so_far += count
            if so_far >= wanted:
                return value
        return self.values_us[-1]

    def __add__(self, other: Histogram) -> Histogram:
        """Of both runs together, without loss."""
        sums = dict(zip(self.values_us, self.counts, strict=True))
        for value, count in zip(other.values_us, other.counts, strict=True):
            sums[value] = sums.get(value, 0) + count
        values = tuple(sorted(sums))
        return Histogram(values, tuple(sums[value] for value in values))


def _decoded(data: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    cookie, length = struct.unpack_from(">ii", data)
    if cookie & ~WORD_SIZE != COMPRESSED:
        raise ValueError(f"it begins with {cookie:#x}")
    plain = zlib.decompress(data[8 : 8 + length])
    cookie, length, _, digits, least, _, _ = HEADER.unpack_from(plain)
    if cookie & ~WORD_SIZE != PLAIN:
        raise ValueError(f"its content begins with {cookie:#x}")
    index, found = 0, []
    for number in _zigzag(plain[HEADER.size : HEADER.size + length]):
        if number < 0:
            index -= number
        else:
            if number:
                found.append((_greatest_in(index, least, digits), number))
            index += 1
    return tuple(value for value, _ in found), tuple(count for _, count in found)


def _zigzag(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        number = shift = 0
        for turn in range(9):  # of nine bytes, the last holds eight bits
            byte = data[at]
            at += 1
            number |= (byte if turn == 8 else byte & 0x7F) << shift
            shift += 7
            if turn == 8 or not byte & 0x80:
                break
        yield (number >> 1) ^ -(number & 1)


def _greatest_in(index: int, least: int, digits: int) -> int:
    """The greatest value of a bucket. Buckets are equally wide up to a power of two, then twice as wide, and so on."""
    unit = max(least, 1).bit_length() - 1
    half = (2 * 10**digits - 1).bit_length() - 1
    row = (index >> half) - 1
    place = (index & ((1 << half) - 1)) + (1 << half)
    if row < 0:
        row, place = 0, place - (1 << half)
    return (place << (row + unit)) + (1 << (row + unit)) - 1
