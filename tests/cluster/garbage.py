"""Frames and bytes that no node sends: each once ended the listener of a real master, or could fill a memory.
docs/contract/distributed.md, "Surprises" lists what ends Locust's."""

import os
import struct

import msgpack

from tests.cluster.zmtp import GREETING, frame, ready


def _message(kind: object, data: object, node_id: object = "x") -> bytes:
    return msgpack.packb([kind, data, node_id])


BAD_DATETIME = {"__datetime__": True, "as_str": "yesterday"}

#: Payloads of one frame, by what is wrong with them.
FRAMES: dict[str, bytes] = {
    "a byte that msgpack never uses": b"\xc1",
    "nothing": b"",
    "a message that breaks off": _message("client_ready", "2.47.0")[:9],
    "more after the message": _message("client_ready", "2.47.0") + b"\x01",
    "text that is not UTF-8": b"\x93\xa5\xff\xfe\xfd\xfc\xfb\xc0\xa1x",
    "an array of two": msgpack.packb(["heartbeat", None]),
    "an array of four": msgpack.packb(["heartbeat", None, "x", 4]),
    "an integer": msgpack.packb(7),
    "a map as the type": _message({}, None),
    "an integer as the node": _message("heartbeat", None, 7),
    "nil for an exception": _message("exception", None),
    "nil for logs": _message("logs", None),
    "nil for a locustfile": _message("locustfile", None),
    "a datetime that is none": _message("spawning", BAD_DATETIME),
    "a thousand arrays in each other": b"\x93\xa1a" + b"\x91" * 1000 + b"\xc0\xa1x",
    "a million arrays in each other": b"\x93\xa1a" + b"\x91" * 1_000_000 + b"\xc0\xa1x",
    "an array said to be of four billion": b"\xdd\xff\xff\xff\xff",
    "a text said to be of four billion": b"\x93\xdb\xff\xff\xff\xff",
    "a map said to be of four billion": b"\x93\xa1a\xdf\xff\xff\xff\xff",
    "a text of 20 MB": _message("x" * 20_000_000, None),
    "random bytes": bytes(range(256)) * 40,
    "an unknown type": _message("no_such_type", {1: [2, None]}),
    "statistics that are text": _message("stats", "much"),
    "statistics without entries": _message("stats", {}),
    "entries that are numbers": _message("stats", {"stats": [1, 2], "stats_total": 3, "errors": 4}),
    "counts that are text": _message(
        "stats", {"stats": [{"name": "a", "method": "b", "num_requests": "many"}], "stats_total": {}, "errors": {}}
    ),
    "counts below nothing, times without end": _message(
        "stats",
        {
            "stats": [
                {
                    "name": "a",
                    "method": "b",
                    "num_requests": -5,
                    "total_response_time": float("inf"),
                    "response_times": {"-1": float("nan"), 2**63: 2**63},
                }
            ],
            "stats_total": {},
            "errors": {},
        },
    ),
}

#: From a node that the other end knows, with its own name in it.
KNOWN: dict[str, tuple[str, object]] = {
    "a heartbeat of nil": ("heartbeat", None),
    "a heartbeat that is text": ("heartbeat", "alive"),
    "a heartbeat without a state": ("heartbeat", {"current_cpu_usage": 1.0}),
    "a heartbeat of text and lists": (
        "heartbeat",
        {"state": 5, "current_cpu_usage": "high", "current_memory_usage": []},
    ),
    "the end of spawning, nil": ("spawning_complete", None),
    "the end of spawning, counts that are text": ("spawning_complete", {"user_classes_count": "some"}),
    "an exception without words": ("exception", {}),
    "logs without a worker": ("logs", {"logs": 5}),
    "ready with nothing": ("client_ready", None),
}

#: From a master to its workers.
DOWN: dict[str, tuple[str, object]] = {
    "an ack that is text": ("ack", "welcome"),
    "a spawn of nil": ("spawn", None),
    "a spawn without anything": ("spawn", {}),
    "a spawn of text": (
        "spawn",
        {"timestamp": "now", "user_classes_count": 4, "host": [], "stop_timeout": "long", "parsed_options": None},
    ),
    "the end of spawning, nil": ("spawning_complete", None),
    "an update of a class, nil": ("update_user_class", None),
    "an unknown type": ("no_such_type", {1: 2}),
}

#: What strangers send to a port: bytes from the first one on.
BYTES: dict[str, bytes] = {
    "nothing": b"",
    "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "TLS": bytes.fromhex("16030100c8010000c40303") + os.urandom(189),
    "random bytes": bytes(range(256)) * 400,
    "half a greeting": GREETING[:30],
    "a greeting of version 9": GREETING[:10] + b"\x09\x00" + GREETING[12:],
    "a command said to be of 2^60 bytes": GREETING + b"\x06" + struct.pack(">Q", 2**60),
    "a frame said to be of 2^60 bytes": GREETING + ready("DEALER", "stranger") + b"\x02" + struct.pack(">Q", 2**60),
    "a name of 300 bytes": GREETING + ready("DEALER", "n" * 300),
    "frames of one message without end": GREETING + ready("DEALER", "more") + frame(b"x", 1) * 20_000,
}
