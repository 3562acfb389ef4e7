"""A server of grpcio whose methods do what their names say; messages are bytes. With a certificate and a key as
arguments it speaks TLS.

`Echo` sends back message and metadata, `Fail` ends with the code and the sentence of the message, `Sleep` never
answers, `Long` answers so many bytes, `Packed` packs its answer, `Seen` tells the metadata that came, `Left` how many
seconds are left, `Asleep` how many calls of `Sleep` there are, `Cancelled` how many have been cancelled. `Count`
answers with so many messages and ends with a code, if the message says one, each with so many digits; `Counted` tells
how many of them have been asked for so far. `Sum` adds up, `Chat` sends back each message. `After` ends once the answer
to the call of `Noted` with the same message has gone.
"""

import json
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc

SERVICE = "test.Service"
CODES = {code.value[0]: code for code in grpc.StatusCode}

asleep, cancellations, counted = [0], [0], [0]
noted: defaultdict[bytes, threading.Event] = defaultdict(threading.Event)


def echo(message: bytes, context: Any) -> bytes:
    given = [(key, value) for key, value in context.invocation_metadata() if key.startswith("x-")]
    if given:
        context.send_initial_metadata(given)
        context.set_trailing_metadata(given)
    return message


def fail(message: bytes, context: Any) -> bytes:
    code, _, details = message.decode().partition(" ")
    context.set_trailing_metadata((("x-why", "asked"), ("grpc-status-details-bin", b"\x00rich")))
    context.abort(CODES[int(code)], details)
    return b""


def sleep(message: bytes, context: Any) -> bytes:
    over = threading.Event()
    asleep[0] += 1
    if context.add_callback(over.set):
        over.wait()
    asleep[0] -= 1
    cancellations[0] += 1
    return b""


def long(message: bytes, context: Any) -> bytes:
    return bytes(int(message))


def packed(message: bytes, context: Any) -> bytes:
    context.set_compression(grpc.Compression.Gzip)
    return message * 1000


def seen(message: bytes, context: Any) -> bytes:
    return json.dumps(sorted((key, str(value)) for key, value in context.invocation_metadata())).encode()


def left(message: bytes, context: Any) -> bytes:
    return str(context.time_remaining()).encode()


def teller(number: list[int]) -> Callable[[bytes, Any], bytes]:
    return lambda message, context: str(number[0]).encode()


def note(message: bytes, context: Any) -> bytes:
    context.add_callback(noted[message].set)
    return message


def after(message: bytes, context: Any) -> Iterator[bytes]:
    noted[message].wait(60)
    yield message


def count(message: bytes, context: Any) -> Iterator[bytes]:
    number, fault, digits, *_ = [*map(int, message.split()), 0, 0]
    context.send_initial_metadata((("x-first", "yes"),))
    for index in range(number):
        counted[0] = index + 1
        yield str(index).zfill(digits).encode()
    if fault:
        context.abort(CODES[fault], "counted enough")


def total(messages: Iterator[bytes], context: Any) -> bytes:
    found = 0
    for message in messages:
        if message == b"enough":
            context.abort(grpc.StatusCode.OUT_OF_RANGE, "enough")
        found += int(message)
    return str(found).encode()


def chat(messages: Iterator[bytes], context: Any) -> Iterator[bytes]:
    yield from messages


UNARY: dict[str, Callable[[bytes, Any], bytes]] = {
    "Echo": echo,
    "Fail": fail,
    "Sleep": sleep,
    "Long": long,
    "Packed": packed,
    "Seen": seen,
    "Left": left,
    "Asleep": teller(asleep),
    "Cancelled": teller(cancellations),
    "Counted": teller(counted),
    "Noted": note,
}


def main(*files: str) -> None:
    options = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=300), options=options)
    methods = {name: grpc.unary_unary_rpc_method_handler(method) for name, method in UNARY.items()}
    methods["Count"] = grpc.unary_stream_rpc_method_handler(count)
    methods["After"] = grpc.unary_stream_rpc_method_handler(after)
    methods["Sum"] = grpc.stream_unary_rpc_method_handler(total)
    methods["Chat"] = grpc.stream_stream_rpc_method_handler(chat)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, methods),))
    if files:
        certificate, key = (Path(file).read_bytes() for file in files)
        port = server.add_secure_port("localhost:0", grpc.ssl_server_credentials([(key, certificate)]))
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"serving {'localhost' if files else '127.0.0.1'}:{port}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main(*sys.argv[1:])
