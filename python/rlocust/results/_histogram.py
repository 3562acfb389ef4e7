"""Histograms of response times as arrays: read from HdrHistogram's compressed V2 form, in which summaries keep them.

The form is that of hdrhistogram.org: a header, then counts as zigzag LEB128 numbers, a negative one for so many empty
buckets. A bucket is named by the greatest value that it holds.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterable, Iterator

#: How the two layers begin; four bits in between are the size of a word, which says nothing here.
COMPRESSED, PLAIN, WORD_SIZE = 0x1C849304, 0x1C849303, 0xF0
#: cookie, length of the counts, offset, digits, least value, greatest value, ratio
HEADER = struct.Struct(">iiiiqqd")
#: Bytes of counts that are read at most. A week in microseconds with three digits has 31 000 buckets.
LONGEST = 8 << 20
NO_HISTOGRAM = "no histogram in HdrHistogram's compressed form"

#: The greatest value of each bucket, and how many there are of it.
Columns = tuple[tuple[int, ...], tuple[int, ...]]


class Histogram:
    """So many response times, each within three significant digits: `counts[i]` of them came to `values_us[i]`.

    One that was read is decoded when it is first looked at: a summary of many endpoints has several of each. What is
    damaged below its first bytes raises ValueError then.
    """

    __slots__ = ("_columns", "_packed")

    def __init__(self, values_us: Iterable[int], counts: Iterable[int]) -> None:
        self._columns: Columns | None = (tuple(values_us), tuple(counts))
        self._packed = b""

    @classmethod
    def from_base64(cls, text: str) -> Histogram:
        """Raises ValueError where the text is no such histogram."""
        histogram = cls((), ())
        try:
            histogram._columns, histogram._packed = None, _packed(base64.b64decode(text, validate=True))
        except (struct.error, TypeError, ValueError) as error:
            raise ValueError(f"{NO_HISTOGRAM}: {error}") from error
        return histogram

    def _read(self) -> Columns:
        if self._columns is None:
            try:
                self._columns = _decoded(self._packed)
            except (struct.error, zlib.error, IndexError, ValueError) as error:
                raise ValueError(f"{NO_HISTOGRAM}: {error}") from error
            self._packed = b""
        return self._columns

    @property
    def values_us(self) -> tuple[int, ...]:
        return self._read()[0]

    @property
    def counts(self) -> tuple[int, ...]:
        return self._read()[1]

    def __eq__(self, other: object) -> bool:
        return self._read() == other._read() if isinstance(other, Histogram) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._read())

    def __repr__(self) -> str:
        return f"Histogram(values_us={self.values_us!r}, counts={self.counts!r})"

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


def _packed(data: bytes) -> bytes:
    """What is inside the outer layer, still compressed."""
    cookie, length = struct.unpack_from(">ii", data)
    if cookie & ~WORD_SIZE != COMPRESSED:
        raise ValueError(f"it begins with {cookie:#x}")
    return data[8 : 8 + length]


def _decoded(packed: bytes) -> Columns:
    unpacking = zlib.decompressobj()
    plain = unpacking.decompress(packed, LONGEST)
    if unpacking.unconsumed_tail:
        raise ValueError(f"its content is longer than {LONGEST} bytes")
    cookie, length, _, digits, least, _, _ = HEADER.unpack_from(plain)
    if cookie & ~WORD_SIZE != PLAIN:
        raise ValueError(f"its content begins with {cookie:#x}")
    if not 1 <= digits <= 5:
        raise ValueError(f"it has {digits} significant digits")
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
    if row + unit > 63:
        raise ValueError("it has a value of more than 64 bits")
    return (place << (row + unit)) + (1 << (row + unit)) - 1
