"""A `GrpcUser` against the server of tests/protocols/apps: each case by its name. What its channel answers, raises and
tells equals what grpcio's does. Arguments: the host, and `tls` with the file of the authority for a server of TLS.
"""

import gc
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

import gevent

import rlocust

rlocust.install()

import grpc
import grpc.experimental.gevent as grpc_gevent

grpc_gevent.init_gevent()

from locust.env import Environment
from locust.exception import LocustError

from rlocust import _native
from rlocust.grpc import GrpcError, GrpcUser
from tests.compat.programs.helpers import until

environment = Environment()
samples: list[dict[str, Any]] = []
environment.events.request.add_listener(lambda **sample: samples.append(sample))


class Guest(GrpcUser):
    host = sys.argv[1]


def guest(**fields: Any) -> Guest:
    return type("Guest", (Guest,), fields)(environment)


def method(channel: grpc.Channel, name: str) -> Any:
    return channel.unary_unary(f"/test.Service/{name}")


def outcome(channel: grpc.Channel, name: str, message: bytes, **given: Any) -> tuple[Any, ...]:
    """All that a call tells."""
    try:
        answer, call = method(channel, name).with_call(message, **given)
    except grpc.RpcError as error:
        answer, call = None, error
    initial, trailing = call.initial_metadata() or (), call.trailing_metadata() or ()
    return answer, call.code(), call.details(), [tuple(pair) for pair in initial], [tuple(pair) for pair in trailing]


#: Not where the process forks: grpcio's threads mind.
theirs = None if sys.argv[2:] else grpc.insecure_channel(Guest.host)


def same(name: str, message: bytes = b"", **given: Any) -> tuple[Any, ...]:
    """The outcome by our channel, which is that by grpcio's."""
    user = guest()
    ours, other = outcome(user.channel, name, message, **given), outcome(theirs, name, message, **given)
    assert ours == other, f"{ours}\n{other}"
    return ours


def number(name: str) -> int:
    """What the server tells of itself."""
    return int(method(theirs, name)(b""))


def raised(kind: type[BaseException], call: Callable[[], object]) -> Any:
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def told() -> list[tuple[str, str, int, str]]:
    """Type, name, bytes and fault of the samples since the last look."""
    keys = ("request_type", "name", "response_length", "exception")
    found = [tuple(str(each[key]) if key == "exception" else each[key] for key in keys) for each in samples]
    samples.clear()
    return found


def echo() -> None:
    assert same("Echo", b"hello")[:2] == (b"hello", grpc.StatusCode.OK)
    assert told() == [("grpc", "/test.Service/Echo", 5, "None")]
    same("Echo", b"")
    metadata = (("x-a", "one"), ("x-a", "two"), ("x-b-bin", b"\x00\xff"), ("x-c", ""))
    answer = same("Echo", b"with metadata", metadata=metadata)
    assert answer[3] == answer[4] == list(metadata)


def seen() -> None:
    ours = dict(json.loads(method(guest().channel, "Seen")(b"", metadata=(("a", "1"),))))
    assert ours.pop("user-agent").startswith("rlocust-grpc/")
    assert ours == {"a": "1"}, ours


def every_code() -> None:
    for code in grpc.StatusCode:
        number = code.value[0]
        if number:
            found = same("Fail", f"{number} no: 100 % \n\u00fc".encode())
            assert found[1:3] == (code, "no: 100 % \n\u00fc")
            assert ("grpc-status-details-bin", b"\x00rich") in found[4]
    assert len(samples) == 16
    error = samples[0]["exception"]
    assert isinstance(error, GrpcError) and isinstance(error, grpc.RpcError)
    assert (str(error), samples[0]["response"]) == ("CANCELLED: no: 100 % \n\u00fc", None)


def no_such_method() -> None:
    assert same("Nothing")[1] is grpc.StatusCode.UNIMPLEMENTED
    assert told()[0][:3] == ("grpc", "/test.Service/Nothing", 0)


def deadlines() -> None:
    began = time.perf_counter()
    both = [gevent.spawn(outcome, channel, "Sleep", b"", timeout=1) for channel in (guest().channel, theirs)]
    ours, other = (call.get() for call in both)
    assert ours == other and ours[1:3] == (grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded")
    assert 1000 <= samples[-1]["response_time"] <= (time.perf_counter() - began) * 1000
    assert same("Echo", timeout=-1)[1] is grpc.StatusCode.DEADLINE_EXCEEDED
    began = time.perf_counter()
    left = float(method(guest(timeout=100).channel, "Left")(b""))
    assert 100 - (time.perf_counter() - began) - 0.01 <= left <= 100
    assert float(method(guest().channel, "Left")(b"")) > 1e8
    until(lambda: number("Asleep") == 0)  # the server has seen both ends


def big_messages() -> None:
    most = 4 * 1024 * 1024
    assert len(same("Long", str(most).encode())[0]) == most
    user = guest()
    for channel in (user.channel, theirs):
        error = raised(grpc.RpcError, lambda: method(channel, "Long")(str(most + 1).encode()))
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert len(method(guest(max_receive_message_length=-1).channel, "Long")(b"20000000")) == 20_000_000
    message = bytes(range(256)) * 40_000
    assert method(guest(max_receive_message_length=-1).channel, "Echo")(message) == message
    error = raised(grpc.RpcError, lambda: method(guest(max_send_message_length=9).channel, "Echo")(b"0123456789"))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED and "`max_send_message_length`" in error.details()


def compression() -> None:
    assert same("Echo", b"a" * 10_000, compression=grpc.Compression.Gzip)[0] == b"a" * 10_000
    assert same("Packed", b"0123456789")[0] == b"0123456789" * 1000
    call = method(guest().channel, "Echo")
    raised(NotImplementedError, lambda: call(b"", compression=grpc.Compression.Deflate))


def serializers() -> None:
    def broken(_: Any) -> Any:
        raise ValueError("broken")

    samples.clear()
    user = guest()
    for channel in (user.channel, theirs):
        out = channel.unary_unary("/test.Service/Echo", request_serializer=broken)
        assert raised(grpc.RpcError, lambda: out(1)).code() is grpc.StatusCode.INTERNAL
        back = channel.unary_unary("/test.Service/Echo", response_deserializer=broken)
        assert raised(grpc.RpcError, lambda: back(b"1")).code() is grpc.StatusCode.INTERNAL
        both = channel.unary_unary(
            "/test.Service/Echo", request_serializer=str.encode, response_deserializer=bytes.decode
        )
        assert both("text") == "text"
    assert [each[3][:10] for each in told()] == ["INTERNAL: ", "INTERNAL: ", "None"]


def interceptors() -> None:
    seen: list[str] = []

    class Signed(grpc.UnaryUnaryClientInterceptor):
        def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
            seen.append(details.method)
            answer = continuation(details._replace(metadata=[("x-signed", "yes")]), request)
            assert answer.exception() is None or answer.exception().code() is grpc.StatusCode.NOT_FOUND
            return answer

    channel = grpc.intercept_channel(guest().channel, Signed())
    answer, call = method(channel, "Echo").with_call(b"hello")
    assert (answer, list(call.trailing_metadata())) == (b"hello", [("x-signed", "yes")])
    error = raised(grpc.RpcError, lambda: method(channel, "Fail")(b"5 no"))
    assert error.code() is grpc.StatusCode.NOT_FOUND
    assert method(channel, "Echo").future(b"later").result() == b"later"
    assert seen == ["/test.Service/Echo", "/test.Service/Fail", "/test.Service/Echo"]


def futures() -> None:
    user = guest()
    called = [method(user.channel, "Echo").future(str(number).encode()) for number in range(50)]
    assert [future.result(60) for future in called] == [str(number).encode() for number in range(50)]
    assert len(samples) == 50 and called[0].code() is grpc.StatusCode.OK and called[0].done()
    failed = method(user.channel, "Fail").future(b"5 no")
    assert failed.exception().code() is failed.code() is grpc.StatusCode.NOT_FOUND
    raised(GrpcError, failed.result)
    asleep = method(user.channel, "Sleep").future(b"")
    raised(grpc.FutureTimeoutError, lambda: asleep.result(0.02))
    assert asleep.running() and asleep.cancel() and asleep.cancelled()
    raised(grpc.FutureCancelledError, asleep.result)
    assert asleep.code() is grpc.StatusCode.CANCELLED
    samples.clear()


def unreachable() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{nobody.getsockname()[1]}"
        user = guest(host=host)
        error = raised(GrpcError, lambda: method(user.channel, "Echo")(b""))
        assert (error.code(), error.details()) == (grpc.StatusCode.UNAVAILABLE, "cannot connect: Connection refused")
        with grpc.insecure_channel(host) as channel:
            other = raised(grpc.RpcError, lambda: method(channel, "Echo")(b""))
            assert other.code() is grpc.StatusCode.UNAVAILABLE
        waiting = method(user.channel, "Echo").future(b"", wait_for_ready=True, timeout=0.2)
        assert waiting.exception().code() is grpc.StatusCode.DEADLINE_EXCEEDED
    with socket.create_server(("127.0.0.1", 0)) as server:
        host = f"127.0.0.1:{server.getsockname()[1]}"
        user = guest(host=host, timeout=0.05)
        error = raised(GrpcError, lambda: method(user.channel, "Echo")(b""))
        assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED


def times_are_without_the_script() -> None:
    """The script computes until the answer has come, and for a while after that; no greenlet gets a turn."""
    user = guest()
    after = user.channel.unary_stream("/test.Service/After")(b"now")  # its end comes behind the answer
    before, wall, began = _native.parked(), time.time(), time.perf_counter()
    called = method(user.channel, "Noted").future(b"now")
    while _native.parked() == before and not called.done():  # it waits, or has its answer already
        gevent.get_hub().loop.run_callback(gevent.getcurrent().switch)
        gevent.get_hub().switch()
    while after.is_active():
        pass
    took = time.perf_counter() - began
    while time.perf_counter() < began + took + 0.05:
        pass
    called.result()
    [sample] = samples
    assert sample["response_time"] / 1000 <= took, (sample, took)
    assert wall - 0.01 <= sample["start_time"] <= wall + took + 0.01
    assert list(after) == [b"now"]


def wrong() -> None:
    call = method(guest().channel, "Echo")
    for metadata, text in (
        ((("Upper", "a"),), "`Upper`"),
        ((("a", "\u00fc"),), "`-bin`"),
        ((("grpc-timeout", "1S"),), "`grpc-timeout`"),
    ):
        assert text in str(raised(ValueError, lambda: call(b"", metadata=metadata)))
    raised(NotImplementedError, lambda: call(b"", credentials=grpc.access_token_call_credentials("x")))
    for host in ("unix:/tmp/x", "ftp://host:1", "host:1/path", "http://"):
        assert f"`{host}`" in str(raised(ValueError, lambda: guest(host=host)))
    raised(LocustError, lambda: guest(host=None))
    raised(ValueError, lambda: guest().channel.unary_unary("no path"))
    user = guest()
    user.channel.close()
    for channel in (user.channel, closed_one()):
        assert "closed channel" in str(raised(ValueError, lambda: method(channel, "Echo")(b"")))


def closed_one() -> grpc.Channel:
    channel = grpc.insecure_channel(Guest.host)
    channel.close()
    return channel


def targets() -> None:
    port = Guest.host.rpartition(":")[2]
    for before, after in (("grpc://", ""), ("http://", "/"), ("dns:///", ""), ("ipv4:", "")):
        host = f"{before}127.0.0.1:{port}{after}"
        assert method(guest(host=host).channel, "Echo")(b"there") == b"there"
    assert guest(host="example.org").channel.url == "http://example.org:443"
    assert guest(host="grpcs://example.org:1").channel.url == "https://example.org:1"
    assert guest(host="[::1]:5").channel.url == "http://[::1]:5"
    assert guest(host="::1").channel.url == "http://[::1]:443"


def many_users() -> None:
    users = [guest() for _ in range(100)]

    def work(user: Guest) -> None:
        call = method(user.channel, "Echo")
        for number in range(10):
            assert call(str(number).encode()) == str(number).encode()

    gevent.joinall([gevent.spawn(work, user) for user in users], raise_error=True)
    assert len(samples) == 1000 and not any(sample["exception"] for sample in samples)


def killed() -> None:
    """Whoever kills a user cancels its call, and frees its wait."""
    before, cancelled = _native.parked(), number("Cancelled")
    user = guest()
    waiting = gevent.spawn(method(user.channel, "Sleep"), b"")
    until(lambda: number("Asleep") == 1)
    assert _native.parked() == before + 1
    waiting.kill()
    assert _native.parked() == before and not samples
    until(lambda: number("Cancelled") == cancelled + 1)
    assert method(user.channel, "Echo")(b"still") == b"still"


CASES = (
    echo,
    seen,
    every_code,
    no_such_method,
    deadlines,
    big_messages,
    compression,
    serializers,
    interceptors,
    futures,
    unreachable,
    times_are_without_the_script,
    wrong,
    targets,
    many_users,
    killed,
)


def over_tls(authority: str) -> None:
    host = f"grpcs://{Guest.host}"
    assert method(guest(host=host, verify=authority).channel, "Echo")(b"secret") == b"secret"
    error = raised(GrpcError, lambda: method(guest(host=host).channel, "Echo")(b""))
    assert error.code() is grpc.StatusCode.UNAVAILABLE and "TLS" in error.details()
    assert method(guest(host=host, verify=False).channel, "Echo")(b"blind") == b"blind"
    raised(ValueError, lambda: guest(host=host, verify="/does/not/exist"))


def forked() -> None:
    """A child leaves its parent's channel alone."""
    user = guest()
    call = method(user.channel, "Echo")
    assert call(b"before") == b"before"
    child = os.fork()
    if child == 0:
        try:
            call(b"in the child")
        except RuntimeError:
            del call, user
            gc.collect()
            os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert call(b"after") == b"after"


if __name__ == "__main__":
    if sys.argv[2:] == ["fork"]:
        forked()
        print("forked")
    elif len(sys.argv) > 2:
        over_tls(sys.argv[3])
        print("over_tls")
    else:
        for case in CASES:
            samples.clear()
            case()
            print(case.__name__)
