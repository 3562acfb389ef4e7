"""Streams of a `GrpcUser` against the server of tests/protocols/apps, beside those of grpcio: each case by its name."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import gevent.event

import rlocust

rlocust.install()

import grpc
import grpc.experimental.gevent as grpc_gevent

grpc_gevent.init_gevent()

from locust.env import Environment

from rlocust.grpc import GrpcError, GrpcUser
from tests.compat.programs.helpers import until

environment = Environment()
samples: list[dict[str, Any]] = []
environment.events.request.add_listener(lambda **sample: samples.append(sample))


class Guest(GrpcUser):
    host = sys.argv[1]


theirs = grpc.insecure_channel(Guest.host)


def guest(**fields: Any) -> Guest:
    return type("Guest", (Guest,), fields)(environment)


def count(channel: grpc.Channel) -> Any:
    return channel.unary_stream("/test.Service/Count")


def add(channel: grpc.Channel) -> Any:
    return channel.stream_unary("/test.Service/Sum")


def chat(channel: grpc.Channel) -> Any:
    return channel.stream_stream("/test.Service/Chat")


def unary(channel: grpc.Channel, name: str) -> bytes:
    answer: bytes = channel.unary_unary(f"/test.Service/{name}")(b"")
    return answer


def raised(kind: type[BaseException], call: Callable[[], object]) -> Any:
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def told() -> list[tuple[str, int, str]]:
    """Name, bytes and fault of the samples since the last look."""
    keys = ("name", "response_length", "exception")
    found = [tuple(str(each[key]) if key == "exception" else each[key] for key in keys) for each in samples]
    samples.clear()
    return found


def outcome(channel: grpc.Channel, message: bytes, **given: Any) -> tuple[Any, ...]:
    """All that a call with many answers tells."""
    call, answers, fault = count(channel)(message, **given), [], None
    try:
        answers.extend(call)
    except grpc.RpcError as error:
        fault = error.code()
    return answers, fault, call.code(), call.details(), list(call.initial_metadata())


def many_answers() -> None:
    for message in (b"5", b"0", b"3 5", b"0 16"):
        user = guest()
        ours, other = outcome(user.channel, message), outcome(theirs, message)
        assert ours == other, f"{ours}\n{other}"
    assert told() == [
        ("/test.Service/Count", 5, "None"),
        ("/test.Service/Count", 0, "None"),
        ("/test.Service/Count", 3, "NOT_FOUND: counted enough"),
        ("/test.Service/Count", 0, "UNAUTHENTICATED: counted enough"),
    ]


def answers_as_they_come() -> None:
    said = gevent.event.Event()

    def messages() -> Iterator[bytes]:
        yield b"1"
        said.wait(60)
        yield b"2"

    call = chat(guest().channel)(messages(), timeout=60)
    assert next(call) == b"1" and not samples and call.is_active()
    said.set()
    assert list(call) == [b"2"] and call.code() is grpc.StatusCode.OK
    assert told() == [("/test.Service/Chat", 2, "None")]
    assert 0 < call.time_remaining() <= 60


def cancelled() -> None:
    for channel in (guest().channel, theirs):
        call = chat(channel)(endless())
        assert next(call) == b"again"
        assert call.cancel() and call.code() is grpc.StatusCode.CANCELLED and call.cancelled()

        def rest(call: Any = call) -> None:
            for _ in range(1_000_000):
                next(call)

        assert raised(grpc.RpcError, rest).code() is grpc.StatusCode.CANCELLED
    assert [(name, fault) for name, _, fault in told()] == [("/test.Service/Chat", "None")]


def endless() -> Iterator[bytes]:
    while True:
        yield b"again"
        gevent.sleep(0.001)


def a_slow_reader_holds_the_server_back() -> None:
    most, digits = 1000, 4000
    channel = guest().channel
    call = count(channel)(f"{most} 0 {digits}".encode())
    found = 0
    for answer in call:
        assert int(answer) == found
        found += 1
        if found == 1:
            for _ in range(50):  # what holds it back holds nobody else back
                unary(channel, "Seen")
            assert int(unary(theirs, "Counted")) < most
    assert found == most and samples[-1]["exception"] is None
    assert samples[-1]["response_length"] == most * digits


def many_messages() -> None:
    for channel in (guest().channel, theirs):
        assert add(channel)(str(number).encode() for number in range(100)) == b"4950"
        answer, call = add(channel).with_call(iter([b"1", b"2"]))
        assert (answer, call.code()) == (b"3", grpc.StatusCode.OK)
        assert add(channel)(iter(())) == b"0"
        assert add(channel).future(iter([b"7"])).result() == b"7"
    assert [fault for _, _, fault in told()] == ["None"] * 4


def messages_that_the_server_wants_no_more_of() -> None:
    def messages() -> Iterator[bytes]:
        yield b"enough"
        yield from endless()

    for channel in (guest().channel, theirs):
        error = raised(grpc.RpcError, lambda channel=channel: add(channel)(messages(), timeout=60))
        assert (error.code(), error.details()) == (grpc.StatusCode.OUT_OF_RANGE, "enough")
    assert told() == [("/test.Service/Sum", 0, "OUT_OF_RANGE: enough")]


def an_iterator_that_fails() -> None:
    def messages() -> Iterator[bytes]:
        yield b"1"
        raise ValueError("no more")

    for channel in (guest().channel, theirs):
        error = raised(grpc.RpcError, lambda channel=channel: add(channel)(messages(), timeout=60))
        assert error.code() is grpc.StatusCode.UNKNOWN and "Exception iterating requests!" in error.details()
        error = raised(grpc.RpcError, lambda channel=channel: list(chat(channel)(messages(), timeout=60)))
        assert error.code() is grpc.StatusCode.UNKNOWN
    assert len(told()) == 2


def deadlines() -> None:
    for channel in (guest().channel, theirs):
        error = raised(grpc.RpcError, lambda channel=channel: add(channel)(endless_numbers(), timeout=0.1))
        assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        error = raised(grpc.RpcError, lambda channel=channel: list(chat(channel)(endless(), timeout=0.1)))
        assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED


def endless_numbers() -> Iterator[bytes]:
    while True:
        yield b"1"
        gevent.sleep(0.001)


def answers_that_cannot_be_read() -> None:
    def broken(_: bytes) -> Any:
        raise ValueError("broken")

    call = guest().channel.unary_stream("/test.Service/Count", response_deserializer=broken)(b"3")
    error = raised(GrpcError, lambda: next(call))
    assert error.code() is call.code() is grpc.StatusCode.INTERNAL
    assert len(told()) == 1


def the_end_of_the_channel() -> None:
    user = guest()
    heard: list[bytes] = []
    reading = gevent.spawn(lambda: heard.extend(chat(user.channel)(endless())))
    asleep = user.channel.unary_unary("/test.Service/Sleep").future(b"")
    until(lambda: heard and unary(theirs, "Asleep") == b"1")
    user.channel.close()
    with gevent.Timeout(60):
        reading.join()
        user.channel.feeders.join()
    assert isinstance(reading.exception, GrpcError) and asleep.code() is grpc.StatusCode.CANCELLED
    assert not samples


CASES = (
    many_answers,
    answers_as_they_come,
    cancelled,
    a_slow_reader_holds_the_server_back,
    many_messages,
    messages_that_the_server_wants_no_more_of,
    an_iterator_that_fails,
    deadlines,
    answers_that_cannot_be_read,
    the_end_of_the_channel,
)


if __name__ == "__main__":
    for case in CASES:
        samples.clear()
        case()
        print(case.__name__)
