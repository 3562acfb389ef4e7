"""`--resolve` and `--source-address` for calls that `requests` carries: its connections go where the engine's go, and
come from where they come from.
"""

from __future__ import annotations

from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

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


def apply(manager: urllib3.PoolManager, client: Any) -> None:
    """Makes the pool manager of a session's own adapter heed the options, if any were given."""
    source = client.source_address()
    if source is not None:
        manager.connection_pool_kw["source_address"] = (source, 0)
    if _native.has_fixed_addresses():
        manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
