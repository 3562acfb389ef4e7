"""Notices what a suite has replaced of the classes whose work the engine does otherwise."""

from __future__ import annotations

from typing import Any, ClassVar

from rlocust import _native


class Patchable(type):
    """Notices when a suite replaces or puts back a method of a class whose work the engine does otherwise."""

    own: ClassVar[dict[type, dict[str, Any]]] = {}

    def __setattr__(cls, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        Patchable.look()

    def __delattr__(cls, name: str) -> None:
        super().__delattr__(name)
        Patchable.look()

    def is_own(cls) -> bool:
        """Whether this is one of our classes, not a subclass of a suite."""
        return cls in Patchable.own

    @staticmethod
    def remember(cls: type) -> None:
        """From now on what differs from this is a suite's."""
        Patchable.own[cls] = {name: value for name, value in vars(cls).items() if name[:2] != "__"}

    @staticmethod
    def look() -> None:
        _native.set_recording_patched(any(Patchable.is_changed(cls, own) for cls, own in Patchable.own.items()))

    @staticmethod
    def is_changed(cls: type, own: dict[str, Any]) -> bool:
        return any(vars(cls).get(name) is not value for name, value in own.items())
