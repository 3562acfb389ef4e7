"""Traces and metrics for OpenTelemetry (`--otel`), pushed by OTLP from the engine's own threads.

The variables are those of the OpenTelemetry specification: `OTEL_TRACES_EXPORTER` and `OTEL_METRICS_EXPORTER` (`otlp`,
`console`, `none`), `OTEL_EXPORTER_OTLP[_TRACES|_METRICS]_PROTOCOL` (`grpc`, `http/protobuf`), addresses, headers and
intervals as the SDK reads them. Requests of `HttpUser` carry a `traceparent` header and become spans, below the current
span of the suite where it uses the OpenTelemetry API itself; `FastHttpUser` is not traced, as under Locust.

See Locust's page "OpenTelemetry". Logs are not exported.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from typing import Any

from rlocust import _native
from rlocust._install import LOCUST_VERSION

from . import events
from .clients import HttpSession

logger = logging.getLogger(__name__)

#: Distinct pairs of name and error type in `locust.client.duration`; the command line sets it by `--max-names`.
MAX_REQUEST_NAMES = 10_000

_PROTOCOLS = {"grpc": "grpc", "http/protobuf": "http", "http": "http"}

_active: _native.Telemetry | None = None


def setup_opentelemetry(locustfile: str, profile: str | None) -> bool:
    """Start what the environment asks for and listen to every request; False when it asks for nothing.

    `locustfile` and `profile` become attributes of the resource.
    """
    global _active
    exporters = {signal: _exporters(signal) for signal in ("TRACES", "METRICS", "LOGS")}
    if all(names == {"none"} for names in exporters.values()):
        logger.info("No OpenTelemetry exporters configured, opentelemetry not enabled")
        return False
    if os.getenv("OTEL_LOGS_EXPORTER", "none").strip().lower() != "none":
        logger.warning("OTEL_LOGS_EXPORTER: logs are not exported; have a collector read --logfile")
    resource = {
        "service.name": os.getenv("OTEL_SERVICE_NAME", "locust"),
        "service.version": LOCUST_VERSION,
        "host.name": socket.gethostname(),
        "filename": locustfile,
        "profile": profile or "",
    }
    traces, metrics = (_protocol(signal, exporters[signal]) for signal in ("TRACES", "METRICS"))
    on_console = "console" in exporters["TRACES"], "console" in exporters["METRICS"]
    try:
        _active = _native.Telemetry(list(resource.items()), traces, metrics, on_console, MAX_REQUEST_NAMES)
    except ValueError as error:
        logger.error(f"OpenTelemetry is not enabled: {error}")
        return False
    events.request.add_listener(_active)
    events.init.add_listener(_count_users)
    if traces or on_console[0]:
        HttpSession._add_trace = _add_trace
    return True


def finish() -> None:
    """Push what is left; what did not arrive is reported."""
    if _active is not None:
        for line in _active.finish():
            logger.error(line)


def _exporters(signal: str) -> set[str]:
    words = os.getenv(f"OTEL_{signal}_EXPORTER", "otlp").split(",")
    return {word.strip().lower() for word in words if word.strip()}


def _protocol(signal: str, exporters: set[str]) -> str | None:
    """How this signal travels; None where it is off or asks for what is not here."""
    for exporter in sorted(exporters - {"otlp", "none", "console"}):
        kind = signal.lower()
        if exporter == "prometheus":
            logger.warning(f"The {kind} exporter '{exporter}' is not in rlocust: use --metrics-port")
        else:
            logger.warning(f"Unknown {kind} exporter '{exporter}'. Ignored")
    if "otlp" not in exporters:
        return None
    common = os.getenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    word = os.getenv(f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL", common).lower().strip()
    if word not in _PROTOCOLS:
        logger.warning(f"Unknown OpenTelemetry otlp exporter protocol '{word}'. Use 'grpc' or 'http/protobuf'")
    return _PROTOCOLS.get(word)


def _count_users(runner: Any = None, **_: Any) -> None:
    if runner is not None and _active is not None:
        _active.belong_to(runner._run)


def _add_trace(kwargs: dict[str, Any]) -> None:
    """Gives the call a `traceparent` header, unless it has one."""
    headers = kwargs.get("headers") or {}
    if any(name.lower() == "traceparent" for name in headers) or _active is None:
        return
    header = _active.traceparent(_current_span())
    if header:
        kwargs["headers"] = {**headers, "traceparent": header}


def _current_span() -> tuple[int, int, int] | None:
    """Trace, span and flags of the suite's own span, if it uses the OpenTelemetry API."""
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return None
    context = trace.get_current_span().get_span_context()
    return (context.trace_id, context.span_id, int(context.trace_flags)) if context.is_valid else None
