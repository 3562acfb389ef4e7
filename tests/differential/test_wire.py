"""The bytes rlocust sends are the bytes real Locust was recorded to send, form by form."""

import re

from tests.differential.lab import tools, wire
from tests.kit.tools import RLOCUST


def test_every_form_sends_what_real_locust_sent_or_is_listed():
    listed = wire.listed_forms()
    assert all(listed.values()), "a listed form needs its reason"
    compared = wire.compare(wire.read_record(tools.versions(RLOCUST)), wire.take(RLOCUST), listed)
    print(compared.summary)
    note = wire.version_note(tools.versions(RLOCUST))
    assert not compared.different, "\n".join([*compared.report, *note, compared.summary])
    assert not compared.stale, "listed, but no longer different"


def test_the_record_is_of_the_forms_as_they_are():
    hint = "hint: .venv/bin/python -m tests.differential.wire --record"
    assert not wire.is_older_than_its_program(), f"a form is newer than the record\n{hint}"


def test_only_port_and_boundary_are_masked():
    raw = "POST /a:8000 HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nX-Host: 127.0.0.1:8000\r\nContent-Length: 4\r\n\r\n8000"
    assert wire.mask_request(raw, 8000) == raw.replace("\r\nHost: 127.0.0.1:8000", "\r\nHost: 127.0.0.1:PORT")
    boundary = "0123456789abcdef" * 2
    sent = f"POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary={boundary}\r\n\r\n--{boundary}--"
    assert re.sub(boundary, "BOUNDARY", sent) == wire.mask_request(sent, 1)
