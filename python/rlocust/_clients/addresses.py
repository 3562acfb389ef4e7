"""`--resolve` and `--source-address` for calls that `requests` carries: its connections go where the engine's go, and
come from where they come from.
"""

from __future__ import annotations

import logging
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.poolmanager import pool_classes_by_scheme

from rlocust import _native


class _Resolved:
    """A connection that looks into the given addresses before it asks the resolver."""

    _dns_host: str
    port: int

    def _new_conn(self) -> Any:
        host = self._dns_host
        self._dns_host = _native.fixed_address_of(host, self.port) or host
        try:
            return super()._new_conn()  # type: ignore[misc]
        finally:
            self._dns_host = host


class _PlainConnection(_Resolved, HTTPConnection):
    pass


class _SecureConnection(_Resolved, HTTPSConnection):
    pass


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_logger = logging.getLogger("rlocust._addresses")
_warned_of: set[str] = set()


def apply(manager: urllib3.PoolManager, client: Any) -> None:
    """Makes a pool manager of a session's own adapter heed the options, if any were given. (SOCKS pools have ways of
    their own to a host: they heed the source only.)"""
    source = client.source_address()
    if source is not None:
        manager.connection_pool_kw["source_address"] = (source, 0)
    if _native.has_fixed_addresses() and manager.pool_classes_by_scheme is pool_classes_by_scheme:
        manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


def warn_of_strangers(session: Any, url: str) -> None:
    """Says once a run what connections will not heed the options: those of the suite's own adapters and managers."""
    options = [("--resolve", _native.has_fixed_addresses()), ("--source-address", session._client.source_address())]
    given = " and ".join(name for name, value in options if value)
    if not given:
        return
    lowered = url.lower()
    adapter = next((own for prefix, own in session.adapters.items() if lowered.startswith(prefix.lower())), None)
    if getattr(adapter, "_client", None) is None:
        stranger = "a mounted adapter"
    elif session._pool_manager is not None:
        stranger = "a `pool_manager`"
    else:
        return
    if stranger not in _warned_of:
        _warned_of.add(stranger)
        _logger.warning("%s: not heeded by connections of %s", given, stranger)
