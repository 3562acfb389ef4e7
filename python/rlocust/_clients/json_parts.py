"""What of `json` the engine stands in for, in both clients: while somebody has replaced any of it, Python's road is
taken, which has it called.
"""

from __future__ import annotations

import json
import json.decoder
import json.encoder
from pathlib import Path
from typing import Any

from rlocust import _native

_DUMPS: list[tuple[Any, str]] = [
    (json, "dumps"),
    *((json.JSONEncoder, name) for name in ("encode", "iterencode", "item_separator", "key_separator")),
    *((json.encoder, name) for name in ("c_make_encoder", "encode_basestring_ascii")),
]
_DUMPS_OF_REQUESTS = [*_DUMPS, (json, "JSONEncoder"), (json.JSONEncoder, "__init__")]
_DUMPS_OF_AGENT = [
    *_DUMPS,
    (json, "_default_encoder"),
    *(
        (json._default_encoder, name)  # type: ignore[attr-defined]
        for name in ("encode", "iterencode", "ensure_ascii", "item_separator", "key_separator", "sort_keys", "indent")
    ),
]
_LOADS: list[tuple[Any, str]] = [
    (json, "loads"),
    (json, "_default_decoder"),
    *((json.JSONDecoder, name) for name in ("decode", "raw_decode")),
    *((json._default_decoder, name) for name in ("decode", "raw_decode", "scan_once")),  # type: ignore[attr-defined]
]


def of_requests(loads: list[tuple[Any, str]]) -> None:
    """Notes what stands between HttpSession and `json`; `loads` besides is asked by `response.json()`."""
    from requests.models import complexjson

    if complexjson is json and _is_the_librarys():  # not simplejson
        _native.configure_json("requests", _DUMPS_OF_REQUESTS, _LOADS + loads)


def of_agent(dumps: list[tuple[Any, str]], loads: list[tuple[Any, str]]) -> None:
    """The same of FastHttpSession."""
    if _is_the_librarys():
        _native.configure_json("agent", _DUMPS_OF_AGENT + dumps, _LOADS + loads)


def _is_the_librarys() -> bool:
    """Whether nobody has replaced `json`'s functions before they could be noted."""
    functions = (
        json.dumps,
        json.JSONEncoder.encode,
        json.JSONEncoder.iterencode,
        json.loads,
        json.JSONDecoder.decode,
        json.JSONDecoder.raw_decode,
    )
    codes = (getattr(function, "__code__", None) for function in functions)
    folder = Path(json.__file__).parent
    return all(code is not None and Path(code.co_filename).parent == folder for code in codes)
