"""Users of an MQTT broker: `self.client` is paho's client, whose connecting, publishing and subscribing are reported.

Each user's client is served by a greenlet of its own (paho's `loop_start`). A message counts as published, and a
subscription as made, when the broker has said so, or with QoS 0 when the message has left.
"""

from __future__ import annotations

import random
import selectors
import string
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from locust.env import Environment
from locust.user.users import User
from rlocust._extras import hinted

with hinted():
    import paho.mqtt.client as mqtt
    from paho.mqtt.enums import MQTTErrorCode

if TYPE_CHECKING:
    from ssl import SSLContext

    from paho.mqtt.enums import MQTTProtocolVersion
    from paho.mqtt.properties import Properties
    from paho.mqtt.subscribeoptions import SubscribeOptions

#: What a broker answers to a subscription that it refuses (MQTT 3.1.1, section 3.9.3).
SUBACK_FAILURE = 0x80
REQUEST_TYPE = "MQTT"

#: Of ids that are made up; in this order, suites that seed `random` get those they get under Locust.
ALPHABET = string.digits + string.ascii_letters


class PublishedMessageContext(NamedTuple):
    """What is known of a message on its way."""

    qos: int
    topic: str
    start_time: float
    payload_size: int


class MqttClient(mqtt.Client):
    """paho's client, which reports what it does. Without a `client_id` it makes one up, so that reports can name it."""

    def __init__(
        self,
        *args: Any,
        environment: Environment,
        client_id: str | None = None,
        protocol: MQTTProtocolVersion = mqtt.MQTTv311,
        use_loop_selectors: bool = False,
        **kwargs: Any,
    ) -> None:
        # 23 characters: no broker need take longer ones (MQTT 3.1.1, section 3.1.3.1).
        client_id = client_id or "locust-" + "".join(random.choice(ALPHABET) for _ in range(16))
        super().__init__(*args, client_id=client_id, protocol=protocol, **kwargs)
        self.environment = environment
        self.client_id = client_id
        self._use_loop_selectors = use_loop_selectors
        self._publish_requests: dict[int, PublishedMessageContext] = {}
        self._subscribe_requests: dict[int, tuple[int, str, float]] = {}
        is_5 = protocol == mqtt.MQTTv5
        self.on_publish = self._on_publish_cb
        self.on_connect = self._on_connect_cb_v5 if is_5 else self._on_connect_cb_v3x
        self.on_disconnect = self._on_disconnect_cb_v5 if is_5 else self._on_disconnect_cb_v3x
        self.on_subscribe = self._on_subscribe_cb_v5 if is_5 else self._on_subscribe_cb_v3x

    def publish(
        self,
        topic: str,
        payload: Any = None,
        qos: int = 0,
        retain: bool = False,
        properties: Properties | None = None,
    ) -> mqtt.MQTTMessageInfo:
        """Publishes a message; it is reported once it has arrived as `qos` asks for."""
        size = len(payload) if payload and not isinstance(payload, (int, float)) else 0
        message = PublishedMessageContext(qos, topic, time.time(), size)
        info = super().publish(topic, payload=payload, qos=qos, retain=retain, properties=properties)
        if info.rc == mqtt.MQTT_ERR_SUCCESS:
            self._publish_requests[info.mid] = message
        else:
            self._report(self._generate_event_name("publish", qos, topic), info.rc, **message._asdict())
        return info

    def subscribe(
        self,
        topic: Any,
        qos: int = 0,
        options: SubscribeOptions | None = None,
        properties: Properties | None = None,
    ) -> tuple[MQTTErrorCode, int | None]:
        """Subscribes to topics, and is reported under the name of the first."""
        sent = time.time()
        first = topic if isinstance(topic, str) else topic[0][0]
        result, mid = super().subscribe(topic, qos, options, properties)
        if result == mqtt.MQTT_ERR_SUCCESS and mid is not None:
            self._subscribe_requests[mid] = qos, first, sent
        else:
            took = 0 if result else (time.time() - sent) * 1000
            name = self._generate_event_name("subscribe", qos, first)
            self._report(name, result or None, took, qos=qos, topic=first, start_time=sent)
        return result, mid

    # What suites may override: the names of rows, and what happens at the broker's answers.

    def _generate_event_name(self, event_type: str, qos: int, topic: str) -> str:
        return f"{event_type}:{qos}:{topic}"

    def _on_publish_cb(self, client: mqtt.Client, userdata: Any, mid: int) -> None:
        now = time.time()
        message = self._publish_requests.pop(mid, None)
        if message is None:
            self._report("publish", _unknown(mid, "_on_publish_cb"), mid=mid)
            return
        name = self._generate_event_name("publish", message.qos, message.topic)
        took = (now - message.start_time) * 1000
        self._report(name, None, took, message.payload_size, **message._asdict())

    def _on_subscribe_cb_v3x(self, client: mqtt.Client, userdata: Any, mid: int, granted_qos: list[int]) -> None:
        now = time.time()
        subscription = self._subscribe_requests.pop(mid, None)
        if subscription is None:
            self._report("subscribe", _unknown(mid, "_on_subscribe_cb"), mid=mid)
            return
        qos, topic, sent = subscription
        refusal = f"Broker returned an error response during subscription: {granted_qos}"
        failure = AssertionError(refusal) if SUBACK_FAILURE in granted_qos else None
        name = self._generate_event_name("subscribe", qos, topic)
        self._report(name, failure, (now - sent) * 1000, qos=qos, topic=topic, start_time=sent)

    def _on_subscribe_cb_v5(
        self, client: mqtt.Client, userdata: Any, mid: int, reason_codes: list[Any], properties: Properties
    ) -> None:
        self._on_subscribe_cb_v3x(client, userdata, mid, [code.value for code in reason_codes])

    def _on_connect_cb(self, client: mqtt.Client, userdata: Any, flags: Any, rc: Any) -> None:
        self._report("connect", Exception(str(rc)) if rc != 0 else None)

    def _on_connect_cb_v3x(self, client: mqtt.Client, userdata: Any, flags: Any, rc: int) -> None:
        self._on_connect_cb(client, userdata, flags, rc)

    def _on_connect_cb_v5(
        self, client: mqtt.Client, userdata: Any, connect_flags: Any, reasoncode: Any, properties: Properties | None
    ) -> None:
        self._on_connect_cb(client, userdata, {}, reasoncode)

    def _on_disconnect_cb(self, client: mqtt.Client, userdata: Any, rc: Any) -> None:
        self._report("disconnect", rc if rc != 0 else None)

    def _on_disconnect_cb_v3x(self, client: mqtt.Client, userdata: Any, rc: int) -> None:
        self._on_disconnect_cb(client, userdata, rc)

    def _on_disconnect_cb_v5(self, client: mqtt.Client, userdata: Any, *said: Any) -> None:
        """paho's first form of this callback has no flags before the reason, its second has."""
        self._on_disconnect_cb(client, userdata, said[-2])

    def _report(self, name: str, failure: Any, took: float = 0, size: int = 0, **context: Any) -> None:
        self.environment.events.request.fire(
            request_type=REQUEST_TYPE,
            name=name,
            response_time=took,
            response_length=size,
            exception=failure,
            context={"client_id": self.client_id, **context},
        )

    # The loop by a selector: paho's own uses select(), which takes descriptors below 1024 only.

    def _loop(self, timeout: float = 1.0) -> MQTTErrorCode:
        return self._loop_selectors(timeout) if self._use_loop_selectors else super()._loop(timeout)

    def _loop_selectors(self, timeout: float = 1.0) -> MQTTErrorCode:
        if timeout < 0.0:
            raise ValueError("Invalid timeout.")
        is_buffered = bool(getattr(self._sock, "pending", int)())  # bytes that TLS has read already
        try:
            readable, writable = self._ready(0.0 if is_buffered else timeout)
        except (TypeError, ValueError):  # no socket any more, or a closed one
            return mqtt.MQTT_ERR_CONN_LOST
        except Exception:
            return mqtt.MQTT_ERR_UNKNOWN
        if self._sock in readable or is_buffered:
            code = self.loop_read()
            if code or self._sock is None:
                return code
        if self._sockpairR in readable:  # somebody published meanwhile
            self._drain_wake_ups()
            writable = [self._sock]
        if self._sock in writable:
            code = self.loop_write()
            if code or self._sock is None:
                return code
        return self.loop_misc()

    def _ready(self, timeout: float) -> tuple[list[Any], list[Any]]:
        read, write = selectors.EVENT_READ, selectors.EVENT_WRITE
        with selectors.DefaultSelector() as selector:
            selector.register(self._sock, read | write if self._out_packet else read)
            if self._sockpairR is not None:
                selector.register(self._sockpairR, read)
            ready = selector.select(timeout)
        return [key.fileobj for key, mask in ready if mask & read], [key.fileobj for key, mask in ready if mask & write]

    def _drain_wake_ups(self) -> None:
        try:
            self._sockpairR.recv(10000)
        except BlockingIOError:
            pass


class MqttUser(User):
    """Publishes and subscribes by `self.client`, which connects as soon as the user is made."""

    abstract = True

    host: str | None = "localhost"
    port: int = 1883
    transport: Any = "tcp"
    ws_path: str = "/mqtt"
    tls_context: SSLContext | None = None
    client_cls: type[MqttClient] = MqttClient
    client_id: str | None = None
    username: str | None = None
    password: str | None = None
    protocol: MQTTProtocolVersion = mqtt.MQTTv311
    use_loop_selectors: bool = False

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.client: MqttClient = self.client_cls(
            environment=self.environment,
            transport=self.transport,
            client_id=self.client_id,
            protocol=self.protocol,
            use_loop_selectors=self.use_loop_selectors,
        )
        if self.tls_context:
            self.client.tls_set_context(self.tls_context)
        if self.transport == "websockets" and self.ws_path:
            self.client.ws_set_options(path=self.ws_path)
        if self.username and self.password:
            self.client.username_pw_set(username=self.username, password=self.password)
        self.client.connect_async(host=self.host, port=self.port)
        self.client.loop_start()


def _unknown(mid: int, where: str) -> AssertionError:
    return AssertionError(f"Could not find message data for mid '{mid}' in {where}.")
