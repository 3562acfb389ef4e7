"""MQTT by `locust.contrib.mqtt`: each user publishes and hears what all others publish.

rlocust -f mqtt_messages.py --headless -u 10 -r 10 -t 10s -H 127.0.0.1:1883     (pip install "rlocust[mqtt]")
"""

from locust import constant, task
from locust.contrib.mqtt import MqttUser


class Sensor(MqttUser):
    wait_time = constant(0.05)

    def __init__(self, environment):
        host, _, port = environment.host.partition(":")
        self.host, self.port = host, int(port or 1883)
        super().__init__(environment)

    @task
    def report(self):
        if self.client.is_connected():
            self.client.publish("greenhouse/temperature", b"21.5", qos=1)

    @task
    def listen(self):
        if self.client.is_connected():
            self.client.subscribe("greenhouse/#", qos=1)
