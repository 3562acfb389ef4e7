"""rlocust runs Locust files unchanged, on a native engine.

`rlocust` and `python -m rlocust` are the command. In a program or a `conftest.py`, before anything imports `locust`:

    import rlocust
    rlocust.install()

    from locust import HttpUser, task  # ours

Importing this package alone changes nothing and loads next to nothing.
"""

from __future__ import annotations

__all__ = ["__version__", "install"]


def install() -> None:
    """Put rlocust's `locust` in the place of the module `locust`; it may be called more than once."""
    from rlocust import _install

    _install.install()


def __getattr__(name: str) -> str:
    if name == "__version__":
        from rlocust import _native

        return _native.VERSION
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
