"""MqttUser and its client: each quality of service, both protocols, both loops, refusals. Argument: the broker."""

import os
import random
import sys
import warnings

import paho.mqtt.client as mqtt
from locust.contrib.mqtt import MqttClient, MqttUser

from tests.compat.programs.contrib.shown import environment, show
from tests.compat.programs.helpers import until

warnings.simplefilter("ignore", DeprecationWarning)  # of paho, about the callbacks that Locust asks for
address, port = sys.argv[1].split(":")
everybody = environment()


class Sensor(MqttUser):
    host = address
    port = int(port)


def talk(user):
    client = user.client
    show(f"{type(user).__name__} connects", 1)
    for qos in (0, 1, 2):
        client.publish("a/b", b"21.5", qos=qos)
        show(f"published, QoS {qos}", 1)
    client.publish("a/b", 21)
    client.publish("a/b")
    show("a number, and nothing", 2)
    client.subscribe("a/#", qos=1)
    show("subscribed", 1)
    if client.protocol != mqtt.MQTTv5:  # which wants options there
        client.subscribe([("c", 0), ("d", 1)])
        client.subscribe(("e", 2))
        show("subscribed to several, and to one as a pair", 2)
    if client.protocol == mqtt.MQTTv5 and "--ours" not in sys.argv:
        return  # under Locust, paho's thread ends in a TypeError there
    client.disconnect()
    show("disconnected", 1)
    until(lambda: not client.is_connected())
    print(client.publish("a/b", b"late", qos=0).rc, client.subscribe("a/#"))
    show("not connected any more", 2)
    client.loop_stop()


class Version5(Sensor):
    protocol = mqtt.MQTTv5


class Selecting(Sensor):
    use_loop_selectors = True


class Named(MqttClient):
    def _generate_event_name(self, event_type, qos, topic):
        return f"{event_type} of {topic.split('/')[0]}"


class Renaming(Sensor):
    client_cls = Named
    client_id = f"me-{os.getpid()}"  # a second of one name would take the broker's place of the first


talk(Sensor(everybody))
talk(Version5(everybody))
talk(Selecting(everybody))
talk(Renaming(everybody))

random.seed(7)
print(MqttClient(environment=everybody).client_id)
unknown = MqttClient(environment=everybody, client_id="x")
unknown._on_publish_cb(unknown, None, 4711)
unknown._on_subscribe_cb_v3x(unknown, None, 4712, [0])
show("answers to nothing", 2)
unknown._subscribe_requests[1] = (1, "secret", 0.0)
unknown._on_subscribe_cb_v3x(unknown, None, 1, [0x80])
show("a refused subscription", 1)
unknown._on_connect_cb_v3x(unknown, None, {}, 5)
unknown._on_disconnect_cb_v3x(unknown, None, 7)
show("refused and lost", 2)
print(sorted(name for name, value in vars(MqttUser).items() if not name.startswith("_")))
