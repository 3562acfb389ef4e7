"""Kafka with confluent-kafka: a message counts from `produce` until the broker has it.

The library sends in a thread of its own; `poll(0)` picks up what was delivered, and a greenlet sleeps in between.

rlocust -f kafka_events.py --headless -u 10 -r 10 -t 10s -H 127.0.0.1:9092     (pip install confluent-kafka)
"""

import time

import gevent.event
from confluent_kafka import KafkaException, Producer
from locust import User, constant, task


class EventSource(User):
    wait_time = constant(0.05)

    def on_start(self):
        self.producer = Producer({"bootstrap.servers": self.host, "linger.ms": 0})

    @task
    def publish(self):
        delivered = gevent.event.Event()
        message = b'{"kind": "click"}'
        sent, clock = time.time(), time.perf_counter()

        def report(error, _message):
            self.environment.events.request.fire(
                request_type="Kafka",
                name="clicks",
                start_time=sent,
                response_time=(time.perf_counter() - clock) * 1000,
                response_length=len(message),
                context={},
                exception=KafkaException(error) if error else None,
            )
            delivered.set()

        self.producer.produce("clicks", message, on_delivery=report)
        while not delivered.is_set():
            self.producer.poll(0)
            gevent.sleep(0.001)
