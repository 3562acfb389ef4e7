"""The bytes rlocust sends are the bytes real Locust was recorded to send, form by form."""

import re

import pytest

from tests.differential.lab import tools, wire
from tests.kit.tools import RLOCUST


@pytest.fixture(scope="module")
def taken():
    return wire.take(RLOCUST)


@pytest.fixture(scope="module")
def record():
    return wire.read_record(tools.versions(RLOCUST))


def test_every_form_sends_what_real_locust_sent_or_is_listed(record, taken):
    compared = wire.compare(record, taken, wire.listed_forms())
    print(compared.summary)
    note = wire.version_note(tools.versions(RLOCUST))
    assert not compared.different, "\n".join([*compared.report, *note, compared.summary])


def test_a_listed_form_still_differs_and_has_a_reason(record, taken):
    listed = wire.listed_forms()
    assert all(listed.values())
    assert wire.compare(record, taken, listed).stale == []


def test_only_port_and_boundary_are_masked():
    raw = "POST /a:8000 HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nX-Host: 127.0.0.1:8000\r\nContent-Length: 4\r\n\r\n8000"
    assert wire.mask_request(raw, 8000) == raw.replace("\r\nHost: 127.0.0.1:8000", "\r\nHost: 127.0.0.1:PORT")
    boundary = "0123456789abcdef" * 2
    sent = f"POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary={boundary}\r\n\r\n--{boundary}--"
    assert re.sub(boundary, "BOUNDARY", sent) == wire.mask_request(sent, 1)
