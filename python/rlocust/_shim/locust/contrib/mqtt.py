"""Users of an MQTT broker. It has not landed: its names can be imported and derived from; using one says so."""

from __future__ import annotations

from typing import Any

from locust.user.users import User


class MqttUser(User):
    """Publishes and subscribes by `self.client`."""

    abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("rlocust has no MqttUser yet")


class MqttClient:
    """The client of an `MqttUser`, which reports what it does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("rlocust has no MqttClient yet")
