"""The exceptions of Python's `ssl` for what went wrong in the engine's TLS, with OpenSSL's texts."""

from __future__ import annotations

import functools
import re
import ssl

from .errors import Facts, os_error


@functools.cache
def _ssl_place() -> str:
    """Where in CPython's sources OpenSSL's errors are raised: ` (_ssl.c:1006)`, different in each version."""
    incoming = ssl.MemoryBIO()
    incoming.write(b"HTTP/1.1 400 Bad\r\n\r\n")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).wrap_bio(incoming, ssl.MemoryBIO(), server_hostname="x").do_handshake()
    except ssl.SSLError as error:
        found = re.search(r" \(_ssl\.c:\d+\)$", str(error))
        return found[0] if found else ""
    return ""


_ALERTS = {
    40: "SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure",
    42: "SSLV3_ALERT_BAD_CERTIFICATE] sslv3 alert bad certificate",
    48: "TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca",
    70: "TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version",
    116: "TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required",
    120: "TLSV1_ALERT_NO_APPLICATION_PROTOCOL] tlsv1 alert no application protocol",
}


_DISTRUST = {
    "self_signed": "self-signed certificate",
    "self_signed_in_chain": "self-signed certificate in certificate chain",
    "unknown_issuer": "unable to get local issuer certificate",
    "expired": "certificate has expired",
    "not_yet_valid": "certificate is not yet valid",
}


def _certificate_error(facts: Facts) -> ssl.SSLError:
    fault = facts["fault"]
    text = _DISTRUST.get(fault)
    if fault == "host_mismatch":
        what = "IP address" if facts["is_address"] else "Hostname"
        text = f"{what} mismatch, certificate is not valid for {facts['peer']!r}."
    if text is not None:
        text = f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {text}{_ssl_place()}"
        return ssl.SSLCertVerificationError(1, text)
    if fault == "not_tls":
        return ssl.SSLError(1, f"[SSL: WRONG_VERSION_NUMBER] wrong version number{_ssl_place()}")
    if fault == "alert" and facts["code"] in _ALERTS:
        return ssl.SSLError(1, f"[SSL: {_ALERTS[facts['code']]}{_ssl_place()}")
    return ssl.SSLError(1, f"[SSL] {facts['detail']}")


_UNEXPECTED_END = "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol"


def tls_error(facts: Facts) -> BaseException:
    if facts["fault"] == "lost":
        return os_error(facts["errno"]) if facts["errno"] else ssl.SSLEOFError(8, f"{_UNEXPECTED_END}{_ssl_place()}")
    return _certificate_error(facts)
