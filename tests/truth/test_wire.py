"""Round trips out of captured packets, as `make truth` compares them."""

from bench.truth.wire import SEQUENCES, Packet, connections

USER, SERVER = 50_000, 80


def packet(at: float, source: int, sequence: int, payload: int = 0, flag: str = "") -> Packet:
    target = SERVER if source == USER else USER
    return Packet(at, source, target, flag == "syn", flag == "fin", sequence % SEQUENCES, payload)


def trips(*packets: Packet) -> list[list[tuple[float, float]]]:
    found = connections(iter(packets), SERVER)
    return [[(trip.sent, trip.received) for trip in line] for line in found]


def test_a_trip_is_from_the_last_bytes_sent_to_the_last_that_came_back() -> None:
    assert trips(
        packet(0.0, USER, 10, flag="syn"),
        packet(0.1, SERVER, 900, flag="syn"),
        packet(0.2, USER, 11),  # acknowledges
        packet(0.3, USER, 11, 100),
        packet(0.4, USER, 111, 50),
        packet(0.6, SERVER, 901, 1000),
        packet(0.7, SERVER, 1901, 10),
        packet(0.8, USER, 161, 20),
        packet(0.9, SERVER, 1911, 10),
        packet(1.0, USER, 181, flag="fin"),
        packet(1.1, SERVER, 1921, 24),
    ) == [[(0.0, 0.1), (0.4, 0.7), (0.8, 0.9)]]


def test_what_is_sent_again_is_no_news() -> None:
    """As a tail loss probe (RFC 8985) is, where the server's acknowledgement waits for its answer."""
    for first in (10, SEQUENCES - 120):  # numbers begin anew after the highest
        assert trips(
            packet(0.0, USER, first, flag="syn"),
            packet(0.1, SERVER, first, flag="syn"),
            packet(0.3, USER, first + 1, 100),
            packet(0.4, USER, first + 101, 100),
            packet(0.5, USER, first + 101, 100),
            packet(0.6, SERVER, first + 1, 150),
            packet(0.7, SERVER, first + 1, 150),
        ) == [[(0.0, 0.1), (0.4, 0.6)]]
