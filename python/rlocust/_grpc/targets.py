"""Where a channel goes: grpcio's targets and URLs, as the URL that the engine opens."""

from __future__ import annotations

#: What stands for the protocol, and whether that is TLS.
_SCHEMES = {"grpc": "http", "http": "http", "grpcs": "https", "https": "https"}
#: Names of grpcio's resolvers that say nothing more than the address.
_RESOLVERS = ("dns:///", "dns:", "ipv4:", "ipv6:")
#: The port of a target without one, as grpcio has it.
_PORT = 443


def url_of(target: str) -> str:
    """The URL of `host:port`, of `grpc://`, `http://`, `grpcs://` or `https://` and of what grpcio calls `dns:`."""
    scheme, separator, rest = target.partition("://")
    if separator and scheme.lower() in _SCHEMES:
        return f"{_SCHEMES[scheme.lower()]}://{_without_path(rest, target)}"
    place = target
    for resolver in _RESOLVERS:
        place = place.removeprefix(resolver)
    if "://" in place or place.startswith(("unix:", "unix-abstract:", "xds:", "vsock:")):
        raise ValueError(
            f"the target `{target}` is none that rlocust reaches; give `host:port`, `grpc://host:port` or, for TLS, "
            "`grpcs://host:port`"
        )
    place = _without_path(place, target)
    host, separator, port = place.rpartition(":")
    has_port = separator and port.isdigit() and (":" not in host or host.endswith("]"))
    if not has_port and place.count(":") > 1 and not place.startswith("["):
        place = f"[{place}]"
    return f"http://{place if has_port else f'{place}:{_PORT}'}"


def _without_path(place: str, target: str) -> str:
    place = place.rstrip("/")
    if not place or any(mark in place for mark in "/?#@"):
        raise ValueError(f"the target `{target}` is a host and a port, and nothing more")
    return place
