"""The unit of talk between nodes. Suites make one by `runner.send_message` and get one in their listener."""

from __future__ import annotations

from typing import Any

from rlocust import _native


class Message:
    """What was sent, by whom: `type` and `data` are the sender's, `node_id` names the node."""

    def __init__(self, message_type: str, data: Any, node_id: str) -> None:
        self.type = message_type
        self.data = data
        self.node_id = node_id

    def __repr__(self) -> str:
        return f"<Message {self.type}:{self.node_id}>"

    def serialize(self) -> bytes:
        """The bytes that travel; `TypeError` names what in `data` cannot."""
        return _native.pack_message(self.type, self.data, self.node_id)

    @classmethod
    def unserialize(cls, data: bytes) -> Message:
        return cls(*_native.unpack_message(data))
