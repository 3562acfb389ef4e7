"""A Kafka broker: the mock cluster of librdkafka, which other processes reach over TCP."""

import signal

from confluent_kafka import Producer

if __name__ == "__main__":
    cluster = Producer({"bootstrap.servers": "none", "test.mock.num.brokers": 1, "log_level": 0})
    brokers = cluster.list_topics(timeout=20).brokers.values()
    print("serving " + ",".join(f"{broker.host}:{broker.port}" for broker in brokers))
    signal.pause()
