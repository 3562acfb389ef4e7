"""Traces and metrics for OpenTelemetry. This has not landed: setting it up says so."""

from __future__ import annotations

MAX_REQUEST_NAMES = 20


def setup_opentelemetry(locustfile: str, profile: str | None) -> bool:
    raise NotImplementedError("rlocust cannot export to OpenTelemetry yet; run it without --otel")
