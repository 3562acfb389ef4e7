"""The call forms whose bytes are compared: each a tiny function that makes one kind of call.

A form gets a fresh client (own session, own connections) and runs for HttpUser and FastHttpUser unless it
names one of them. `user=` sets class attributes of that form's user, `{address}` in a host is the lab server.
A form may raise: what it raises is part of the record.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

BOTH = ("http", "fast")


@dataclass(frozen=True)
class Form:
    name: str
    call: Callable[[Any], Any]
    clients: tuple[str, ...] = BOTH
    host: str = "http://{address}"
    user: dict[str, Any] = field(default_factory=dict)


FORMS: dict[str, Form] = {}


def form(clients: str = "http fast", **more: Any) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    def keep(call: Callable[[Any], Any]) -> Callable[[Any], Any]:
        FORMS[call.__name__] = Form(call.__name__, call, tuple(clients.split()), **more)
        return call

    return keep


class Signature:
    """An auth object of a suite's own."""

    def __call__(self, request: Any) -> Any:
        request.headers["X-Signature"] = f"{request.method} {request.path_url} {len(request.body or '')}"
        return request


@contextmanager
def netrc_of(machine: str, login: str, password: str) -> Iterator[None]:
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(f"machine {machine} login {login} password {password}\n")
        file.flush()
        with mock.patch.dict(os.environ, {"NETRC": file.name}):
            yield


# methods and bodies


@form()
def get_plain(client):
    client.get("/plain")


@form()
def get_twice_on_one_connection(client):
    client.get("/first")
    client.get("/second")


@form("http")
def get_after_clearing_the_pool(client):
    client.get("/plain")
    client.get_adapter("http://a").poolmanager.clear()
    client.get("/plain")
    client.get_adapter("http://a").close()
    client.get("/plain")


@form()
def head_plain(client):
    client.head("/plain")


@form()
def options_plain(client):
    client.options("/plain")


@form()
def delete_plain(client):
    client.delete("/items/1")


@form()
def delete_with_json(client):
    client.delete("/items/1", json={"why": "gone"})


@form()
def post_empty(client):
    client.post("/items")


@form()
def put_empty(client):
    client.put("/items/1")


@form()
def patch_empty(client):
    client.patch("/items/1")


@form()
def post_empty_string(client):
    client.post("/items", data="")


@form()
def post_dict(client):
    client.post("/form", data={"name": "Ann Lee", "age": 7, "note": "a&b=c"})


@form()
def post_dict_unicode(client):
    client.post("/form", data={"näme": "Åsa ☂ ö"})


@form()
def post_dict_with_lists(client):
    client.post("/form", data={"a": [1, 2], "b": ("x", "y")})


@form()
def post_dict_with_none(client):
    client.post("/form", data={"a": None, "b": ""})


@form()
def post_string(client):
    client.post("/text", data="just text")


@form()
def post_string_unicode(client):
    client.post("/text", data="blåbär ☂")


@form()
def post_bytes(client):
    client.post("/bytes", data=b"\x00\x01\xff")


@form()
def post_list_of_tuples(client):
    client.post("/form", data=[("a", "1"), ("a", "2")])


@form("http")
def post_generator(client):
    client.post("/stream", data=(part for part in (b"one", b"two")))


@form()
def post_file_object(client):
    client.post("/file", data=io.BytesIO(b"from a file"))


@form()
def post_json(client):
    client.post("/json-in", json={"name": "Åsa", "n": 1.5, "ok": True, "none": None, "list": [1, "2"]})


@form()
def post_json_list(client):
    client.post("/json-in", json=[1, 2])


@form()
def post_json_empty_dict(client):
    client.post("/json-in", json={})


@form()
def post_json_string(client):
    client.post("/json-in", json="text")


@form()
def post_json_false(client):
    client.post("/json-in", json=False)


@form()
def post_data_wins_over_json(client):
    client.post("/both", data={"a": 1}, json={"b": 2})


@form()
def post_json_with_own_type(client):
    client.post("/json-in", json={"a": 1}, headers={"Content-Type": "application/vnd.api+json", "Accept": "text/x"})


@form()
def post_dict_with_own_type(client):
    client.post("/form", data={"a": 1}, headers={"content-type": "text/odd"})


@form()
def post_params_and_data(client):
    client.post("/form", params={"q": 1}, data={"a": 1})


@form()
def put_string(client):
    client.put("/items/1", "new text")


@form()
def put_json(client):
    client.put("/items/1", json={"done": True})


@form()
def patch_json(client):
    client.patch("/items/1", json={"done": True})


@form()
def options_with_body(client):
    client.options("/plain", data="asked")


@form()
def get_with_json(client):
    client.get("/search", json={"query": "x"})


@form("http")
def chunked_without_body(client):
    client.get("/search", headers={"Transfer-Encoding": "chunked"})
    client.head("/search", headers={"transfer-encoding": "chunked"})
    client.headers["Transfer-Encoding"] = "chunked"
    client.get("/search")


@form()
def request_with_odd_method(client):
    client.request("PURGE", "/cache")


@form()
def request_in_lower_case(client):
    client.request("post", "/items", data="x")


@form()
def post_file(client):
    client.post("/upload", files={"photo": ("a b.txt", b"file text", "text/plain")})


@form()
def post_file_and_fields(client):
    client.post("/upload", files={"doc": ("d.bin", b"\x00\x01")}, data={"title": "T", "n": "2"})


# params


@form()
def params_dict(client):
    client.get("/search", params={"q": "a b", "page": 2})


@form()
def params_unicode(client):
    client.get("/search", params={"q": "blå&grön", "r": "a/b?c"})


@form()
def params_lists_and_none(client):
    client.get("/search", params={"a": [1, 2], "b": None, "c": ""})


@form()
def params_tuples(client):
    client.get("/search", params=[("a", "1"), ("a", "2")])


@form()
def params_string(client):
    client.get("/search", params="raw=1&x=a b")


@form()
def params_after_query(client):
    client.get("/search?first=1", params={"second": "2"})


@form()
def params_empty(client):
    client.get("/search", params={})


@form()
def params_empty_after_query(client):
    for params in ({}, {"a": []}, {"a": None}, (), ""):
        client.get("/search?first=1", params=params)


# paths


@form()
def path_windows_climb(client):
    client.get("/c:%252e%252e%255f%252e%252e%255f%252e%252e%255fboot.ini%23vt/test")


@form()
def path_dotted_climb(client):
    client.get("/c:.....//.....//.....//etc/passwd%23vt/test")


@form()
def path_dot_segments(client):
    client.get("/a/./b/../c/%2e%2e/d")


@form()
def path_double_slash(client):
    client.get("/a//b///c")


@form()
def path_starting_with_two_slashes(client):
    client.get("//double/start")


@form()
def path_odd_characters(client):
    client.get("/odd/[a]{b}|c^`d'e(f)*g!~@$+,;=:")


@form()
def path_backslash_and_quotes(client):
    client.get('/odd/a\\b"c<d>')


@form()
def path_space(client):
    client.get("/with space/and more?q=a b")


@form()
def path_unicode(client):
    client.get("/blåbär/☂?q=ö")


@form()
def path_percent_lower_case(client):
    client.get("/p/%c3%a5%7e%41")


@form()
def path_percent_broken(client):
    client.get("/p/100%/%zz/%4")


@form()
def path_with_fragment(client):
    client.get("/page?x=1#part")


@form()
def path_empty(client):
    client.get("")


@form()
def path_only_query(client):
    client.get("?x=1")


@form()
def path_without_slash(client):
    client.get("items")


@form()
def path_json_in_query(client):
    client.get('/search?filter={"a":[1,2]}')


@form()
def path_parameters(client):
    client.get("/a;v=1/b;w=2?c;d")


@form()
def path_plus_and_empty_query(client):
    client.get("/a+b?")


@form()
def url_absolute(client):
    client.get(client.base_url + "/absolute?x=1")


@form()
def url_absolute_upper_case(client):
    client.get(client.base_url.replace("http:", "HTTP:") + "/Absolute")


@form(host="http://LOCALHOST:{port}")
def host_upper_case(client):
    client.get("/plain")


@form(host="http://{address}/base")
def host_with_path(client):
    client.get("/plain")


@form(host="http://{address}/")
def host_with_slash(client):
    client.get("/plain")


@form(host="http://{address}/")
def host_with_slash_relative(client):
    client.get("plain")


@form(host="http://us:p%40ss@{address}")
def host_with_credentials(client):
    client.get("/plain")


@form(host="http://only@{address}")
def host_with_user_only(client):
    client.get("/plain")


# headers


@form()
def headers_added(client):
    client.get("/plain", headers={"X-One": "1", "x-two": "2", "UPPER-CASE": "3"})


@form()
def headers_over_defaults(client):
    client.get("/plain", headers={"user-agent": "mine/1.0", "ACCEPT": "text/html", "accept-encoding": "identity"})


@form()
def headers_of_none(client):
    client.get("/plain", headers={"User-Agent": None, "Accept-Encoding": None, "X-None": None, "X-Some": "1"})


@form()
def headers_connection_close(client):
    client.get("/plain", headers={"Connection": "close"})
    client.get("/plain")


@form()
def headers_own_host(client):
    client.get("/plain", headers={"Host": "shop.example"})


@form()
def headers_latin1(client):
    client.get("/plain", headers={"X-Name": "pär"})


@form()
def headers_beyond_latin1(client):
    client.get("/plain", headers={"X-Name": "☂"})


@form()
def headers_bytes(client):
    client.get("/plain", headers={"X-Name": b"b\xe5r"})


@form()
def headers_number(client):
    client.get("/plain", headers={"X-Number": 5})


@form()
def headers_empty_and_spaces(client):
    client.get("/plain", headers={"X-Empty": "", "X-Trailing": "a "})


@form()
def headers_leading_space(client):
    client.get("/plain", headers={"X-Leading": " a"})


@form()
def headers_with_line_break(client):
    client.get("/plain", headers={"X-Bad": "a\r\nX-Evil: 1"})


@form()
def headers_own_cookie(client):
    client.get("/plain", headers={"Cookie": "mine=1"})


@form()
def headers_own_content_length(client):
    client.post("/items", data="four", headers={"Content-Length": "4"})


@form()
def headers_authorization(client):
    client.get("/plain", headers={"Authorization": "Bearer token"})


@form("http")
def session_headers_update(client):
    client.headers.update({"X-Session": "s", "User-Agent": "suite/2"})
    client.get("/first")
    client.get("/second", headers={"x-session": "mine", "X-More": "m"})


@form("http")
def session_headers_removed(client):
    client.headers["Accept"] = None
    del client.headers["Accept-Encoding"]
    client.get("/plain")


@form("http")
def session_headers_cleared(client):
    client.headers.clear()
    client.get("/plain")


@form("fast", user={"default_headers": {"X-Default": "d", "User-Agent": "fast suite"}})
def default_headers(client):
    client.get("/first")
    client.get("/second", headers={"x-default": "mine"})


# cookies


@form("http")
def cookies_argument(client):
    client.get("/plain", cookies={"a": "1", "b": "two words"})
    client.get("/after")


@form()
def cookies_kept(client):
    client.get("/cookie/set?c=a%3D1&c=b%3D2")
    client.get("/cookie/show")
    client.post("/cookie/show", json={"x": 1})


@form()
def cookies_by_path(client):
    client.get("/cookie/set?c=a%3D1;+Path=/&c=b%3D2;+Path=/cookie&c=c%3D3;+Path=/other&c=d%3D4")
    client.get("/cookie/show")
    client.get("/other")


@form()
def cookies_replaced_and_expired(client):
    client.get("/cookie/set?c=a%3D1&c=b%3D2&c=c%3D3&c=d%3D4")
    client.get("/cookie/set?c=a%3Dnew&c=b%3D;+Max-Age=0&c=c%3D;+Expires=Thu,+01+Jan+1970+00:00:00+GMT")
    client.get("/cookie/show")


@form()
def cookies_of_odd_shape(client):
    client.get("/cookie/set?c=q%3D%22a%20b%22&c=flag&c=%3Dnameless&c=e%3D&c=s%3Da%3Db&c=sp%20%3D%201")
    client.get("/cookie/show")


@form()
def cookies_secure_and_domain(client):
    client.get(
        "/cookie/set?c=s%3D1;+Secure&c=h%3D2;+HttpOnly;+SameSite=Lax&c=d%3D3;+Domain=127.0.0.1&c=x%3D4;+Domain=example.com"
    )
    client.get("/cookie/show")


@form("http")
def session_cookies_set(client):
    client.cookies.set("token", "t1")
    client.cookies.update({"more": "m"})
    client.get("/plain")
    client.get("/plain", cookies={"token": "over"})


@form()
def cookies_beside_own_headers(client):
    client.get("/cookie/set?c=a%3D1")
    client.post("/cookie/show", data={"x": 1}, headers={"X-One": "1"})


# credentials


@form()
def auth_pair(client):
    client.get("/auth", auth=("us", "pass"))


@form()
def auth_unicode(client):
    client.get("/auth", auth=("us", "pä:ss"))


@form("http")
def session_auth(client):
    client.auth = ("session", "secret")
    client.get("/auth")
    client.get("/auth", auth=("call", "secret"))


@form(host="http://host:word@{address}")
def auth_over_host_credentials(client):
    client.get("/auth", auth=("us", "pass"))


@form()
def auth_and_own_header(client):
    client.get("/auth", auth=("us", "pass"), headers={"Authorization": "Bearer token"})


@form("http")
def session_params(client):
    client.params = {"key": "k"}
    client.get("/plain")
    client.get("/plain", params={"x": 1})


# redirects


@form()
def redirect_get(client):
    client.get("/redirect/302/2")


@form()
def redirect_post_301(client):
    client.post("/redirect/301/1", data={"a": 1})


@form()
def redirect_post_302(client):
    client.post("/redirect/302/1", json={"a": 1})


@form()
def redirect_put_303(client):
    client.put("/redirect/303/1", data="text")


@form()
def redirect_post_307(client):
    client.post("/redirect/307/1", data={"a": 1})


@form()
def redirect_put_308(client):
    client.put("/redirect/308/1", json={"a": 1})


@form()
def redirect_delete_302(client):
    client.delete("/redirect/302/1")


@form()
def redirect_head(client):
    client.head("/redirect/302/1")
    client.head("/redirect/302/1", allow_redirects=True)


@form()
def redirect_not_followed(client):
    client.get("/redirect/302/1", allow_redirects=False)


@form()
def redirect_with_cookie(client):
    client.get("/redirect-to?url=/cookie/show&cookie=a%3D1")


@form()
def redirect_relative(client):
    client.get("/redirect-to?url=../up/./here")


@form()
def redirect_with_fragment(client):
    client.get("/redirect-to?url=/landed%23part")


@form()
def redirect_odd_target(client):
    client.get("/redirect-to?url=/a%20b/%5Bc%5D?q=%C3%A5")


@form()
def redirect_encoded_target(client):
    client.get("/redirect-to?url=/a%2520b/%255Bc%255D%253f%3Fq=%25C3%25A5%2526")


@form()
def redirect_absolute_same_host(client):
    client.get("/redirect-to?url=HERE/landed", auth=("us", "pass"), headers={"X-Keep": "k"})


@form()
def redirect_other_host(client):
    client.get("/redirect-to?url=OTHER/landed&cookie=a%3D1", auth=("us", "pass"), headers={"X-Keep": "k"})


@form()
def redirect_params_dropped(client):
    client.get("/redirect-to", params={"url": "/landed"})


# names and the rest


@form()
def name_argument(client):
    client.get("/items/7?x=1", name="/items/[id]")


@form()
def request_name_attribute(client):
    client.request_name = "group"
    client.get("/items/8")
    client.request_name = None
    client.get("/items/9")


@form()
def rename_request(client):
    with client.rename_request("renamed"):
        client.get("/items/10", params={"a": 1})


@form()
def catch_response(client):
    with client.get("/status/404", catch_response=True) as response:
        response.success()


@form()
def rest_get(client):
    with client.user.rest("GET", "/json"):
        pass


@form()
def rest_post(client):
    with client.user.rest("POST", "/json", json={"a": 1}, headers={"X-One": "1"}):
        pass


@form()
def encoded_answers(client):
    client.get("/gzip")
    client.get("/deflate")
    client.get("/chunked")


@form()
def server_announces_close(client):
    client.get("/close")
    client.get("/plain")


@form("http")
def timeouts(client):
    client.get("/plain", timeout=30)
    client.get("/plain", timeout=(20, 30))


@form("http")
def streamed(client):
    client.get("/long", stream=True).close()
    client.get("/plain")


@form("fast")
def unknown_arguments_get(client):
    client.get("/plain", timeout=30, verify=False)


@form("fast")
def unknown_arguments_post(client):
    client.post("/plain", data={"a": 1}, timeout=30)


@form("fast")
def cookies_argument_fast(client):
    client.get("/plain", cookies={"a": "b"})


# less common, each seen in some suite


@form()
def post_none(client):
    client.post("/items", data=None, json=None)


@form()
def post_empty_dict(client):
    client.post("/form", data={})


@form()
def post_numbers_and_booleans(client):
    client.post("/form", data={"n": 1.5, "t": True, "z": 0})


@form()
def post_bytes_values(client):
    client.post("/form", data={b"k": b"v \xe5"})


@form()
def post_large(client):
    client.post("/text", data="0123456789" * 7000)


@form()
def post_bytearray(client):
    client.post("/bytes", data=bytearray(b"abc"))


@form()
def post_json_text_as_data(client):
    client.post("/json-in", data='{"a": "å"}', headers={"Content-Type": "application/json"})


@form()
def post_json_nested(client):
    client.post("/json-in", json={"a": {"b": [{"c": "\u2028"}, 1e20, -0.0]}, "1": "/"})


@form()
def post_json_unserialisable(client):
    client.post("/json-in", json={"a": object})


@form()
def post_json_nan(client):
    client.post("/json-in", json={"a": float("nan")})


@form()
def post_with_params_tuple_and_json(client):
    client.post("/json-in", params=(("a", "1"),), json=[])


@form()
def post_text_file(client):
    client.post("/file", data=io.StringIO("blåbär"))


@form()
def post_file_two_of_a_name(client):
    client.post("/upload", files=[("f", ("1.txt", b"one")), ("f", ("2.txt", b"two"))])


@form()
def post_file_unicode_name(client):
    client.post("/upload", files={"f": ("blå.txt", b"text")})


@form()
def post_file_bare_bytes(client):
    client.post("/upload", files={"f": b"only bytes"})


@form("http")
def post_expect_chunked_list(client):
    client.post("/stream", data=iter([b"a" * 10, b"", b"b"]))


@form()
def put_with_file(client):
    client.put("/upload", files={"f": ("n.txt", b"x")})


@form()
def get_with_data_dict(client):
    client.get("/search", data={"q": "x"})


@form()
def head_with_params(client):
    client.head("/plain", params={"a": 1})


@form()
def delete_with_data_and_params(client):
    client.delete("/items", params={"id": [1, 2]}, data="why")


@form()
def request_keyword_arguments(client):
    client.request(method="PUT", url="/items/1", data="x", name="put")


@form()
def request_odd_method_spelling(client):
    client.request("Report", "/items")


@form()
def params_percent_and_plus(client):
    client.get("/search", params={"q": "100% + 1", "already": "%41"})


@form()
def params_bytes_and_numbers(client):
    client.get("/search", params={b"k": b"v", "n": 1.0, "t": True})


@form()
def params_with_fragment(client):
    client.get("/search#frag", params={"a": 1})


@form()
def path_colon_first(client):
    client.get("/:colon@at")


@form()
def path_tab_and_control(client):
    client.get("/a\tb\x01c")


@form()
def path_line_break(client):
    client.get("/a\r\nX-Evil: 1")


@form()
def path_nonbreaking_and_emoji(client):
    client.get("/a\u00a0b/😀")


@form()
def path_leading_space(client):
    client.get(" /leading")


@form()
def path_question_marks(client):
    client.get("/a??b?c=?&&d==")


@form()
def path_very_long(client):
    client.get("/long/" + "x" * 9000)


@form()
def headers_same_name_twice_by_case(client):
    client.get("/plain", headers={"X-A": "1", "x-a": "2"})


@form()
def headers_accept_and_type(client):
    client.get("/plain", headers={"Accept": "application/json", "Content-Type": "application/json"})


@form()
def headers_transfer_encoding(client):
    client.post("/items", data="abc", headers={"X-First": "1", "Content-Encoding": "identity"})


@form()
def headers_tuple_list(client):
    client.get("/plain", headers=[("X-A", "1")])


@form()
def headers_empty_name(client):
    client.get("/plain", headers={"": "x"})


@form()
def headers_name_with_space(client):
    client.get("/plain", headers={"X Bad": "x"})


@form("http")
def session_headers_content_type_and_json(client):
    client.headers["Content-Type"] = "application/vnd+json"
    client.post("/json-in", json={"a": 1})
    client.get("/plain")


@form("http")
def session_headers_authorization(client):
    client.headers.update({"authorization": "Bearer one"})
    client.get("/redirect-to?url=OTHER/landed")


@form("http")
def session_keep_alive_off(client):
    client.headers["Connection"] = "close"
    client.get("/first")
    client.get("/second")


@form("http")
def session_cookies_deleted(client):
    client.get("/cookie/set?c=a%3D1&c=b%3D2")
    del client.cookies["a"]
    client.get("/cookie/show")
    client.cookies.clear()
    client.get("/cookie/show")


@form("http")
def session_cookies_by_domain(client):
    client.cookies.set("here", "1", domain="127.0.0.1", path="/")
    client.cookies.set("there", "2", domain="example.com", path="/")
    client.get("/plain")


@form()
def cookies_with_version_and_quotes(client):
    client.get("/cookie/set?c=v%3D%22q%5C%22x%22;+Version=1;+Path=%22/%22&c=w%3D1,+x%3D2")
    client.get("/cookie/show")


@form()
def cookies_on_redirect_chain(client):
    client.get("/redirect-to?url=/redirect-to%3Furl=/cookie/show%26cookie=b%253D2&cookie=a%3D1")


@form()
def cookies_two_hosts(client):
    client.get("/cookie/set?c=a%3D1")
    client.get(client.base_url.replace("127.0.0.1", "localhost") + "/cookie/show")
    client.get("/cookie/show")


@form()
def redirect_303_head(client):
    client.head("/redirect/303/1", allow_redirects=True)


@form()
def redirect_patch_308_and_post_file(client):
    client.patch("/redirect/308/2", data=b"body")


@form()
def redirect_query_kept_by_location_only(client):
    client.get("/redirect-to?url=?only=query")


@form()
def redirect_scheme_relative(client):
    client.get("/redirect-to?url=//localhost/elsewhere", allow_redirects=False)


@form()
def redirect_empty_location(client):
    client.get("/redirect-to?url=%20")


@form()
def redirect_keeps_fragment_and_cookie_header(client):
    client.get("/redirect/302/1#frag", headers={"Cookie": "mine=1"})


@form()
def redirect_300_and_304(client):
    client.get("/redirect-to?url=/landed&code=300")
    client.get("/redirect-to?url=/landed&code=304")


@form()
def errors_keep_the_connection(client):
    client.get("/status/404")
    client.post("/status/500", data="x")
    client.get("/status/204")
    client.get("/plain")


@form()
def head_keeps_the_connection(client):
    client.head("/long")
    client.get("/plain")


@form()
def two_clients_two_connections(client):
    client.get("/plain")
    type(client.user)(client.user.environment).client.get("/plain")


@form()
def get_from_a_server_that_hangs_up(client):
    client.get("/close/early")


@form()
def post_to_a_server_that_hangs_up(client):
    client.post("/close/early", data="x")


# streams, adapters and everything that Python clients carry


@form("http")
def stream_lines(client):
    list(client.get("/text/lines", stream=True).iter_lines())
    list(client.get("/chunked", stream=True).iter_lines())
    client.head("/plain", stream=True)


@form("http")
def stream_left_unread(client):
    client.get("/long", stream=True)
    client.get("/plain")


@form("http")
def stream_of_the_session(client):
    client.stream = True
    list(client.get("/long").iter_content(100))
    client.get("/plain")


@form("fast")
def stream_fast(client):
    client.get("/long", stream=True).read()
    client.get("/plain", stream=True).read()


@form("fast")
def iter_lines_fast(client):
    list(client.iter_lines("/text/lines", name="lines"))
    list(client.iter_lines("/echo", method="POST", data="x"))


@form("http")
def upload_generator_with_type(client):
    client.post("/upload", data=(part for part in (b"a", b"b" * 300)), headers={"Content-Type": "text/x"})


@form("http")
def upload_generator_put(client):
    client.put("/upload", data=iter([b"only"]), params={"a": 1})


@form("http")
def upload_empty_generator(client):
    client.post("/upload", data=iter([]))


@form("http")
def upload_open_file(client):
    with open(__file__, "rb") as file:
        file.seek(0, io.SEEK_END)
        file.seek(file.tell() - 20)
        client.post("/upload", data=file)


@form("fast")
def upload_generator_fast(client):
    client.post("/upload", data=(part for part in (b"one", b"two")), headers={"Transfer-Encoding": "chunked"})


@form("fast")
def upload_generator_fast_bare(client):
    client.post("/upload", data=(part for part in (b"one", b"two")))


@form("http")
def digest_auth(client):
    from requests.auth import HTTPDigestAuth

    with mock.patch("os.urandom", bytes), mock.patch("time.ctime", lambda *_: "now"):
        auth = HTTPDigestAuth("us", "pass")
        client.get("/digest?x=1", auth=auth)
        client.post("/digest", data={"a": 1}, auth=auth)
        client.get("/plain", auth=auth)


@form("http")
def auth_object(client):
    client.get("/auth", auth=Signature())
    client.post("/auth", data={"a": 1}, auth=Signature())


@form("http")
def auth_object_of_the_session(client):
    client.auth = Signature()
    client.get("/redirect/302/1")


@form("http")
def auth_basic_object(client):
    from requests.auth import HTTPBasicAuth

    client.get("/auth", auth=HTTPBasicAuth("us", "pä"))


@form("http")
def auth_from_netrc(client):
    with netrc_of("127.0.0.1", "from", "netrc"):
        client.trust_env = True
        client.get("/auth")
        client.get("/auth", auth=("mine", "pass"))
        client.get("/redirect-to?url=OTHER/auth")


@form("http")
def hooks_of_a_call(client):
    client.get("/redirect/302/1", hooks={"response": lambda response, **_: None})


@form("http")
def hook_that_asks_again(client):
    def again(response, **_):
        if response.status_code == 401:
            response.request.headers["Authorization"] = "Bearer fresh"
            return response.connection.send(response.request)
        return None

    client.get("/auth", hooks={"response": again})


@form("http")
def adapter_of_the_suite(client):
    from requests.adapters import HTTPAdapter

    class Stamped(HTTPAdapter):
        def add_headers(self, request, **_):
            request.headers["X-Adapter"] = "yes"

    client.mount("http://", Stamped())
    client.get("/plain")
    client.post("/items", json={"a": 1})


@form("http")
def adapter_with_retries(client):
    from requests.adapters import HTTPAdapter
    from urllib3 import Retry

    client.mount("http://", HTTPAdapter(max_retries=Retry(2, status_forcelist=[503], backoff_factor=0)))
    client.get("/status/503")
    client.get("/plain")


@form("http")
def prepared_request(client):
    import requests

    client.explicit_name = None  # real Locust cannot prepare a request before its first call
    request = requests.Request(
        "PUT", client.base_url + "/items/1", data={"a": "ö"}, headers={"X-R": "1"}, params={"p": 1}
    )
    client.send(client.prepare_request(request))


@form("http")
def proxy_of_a_call(client):
    client.get("http://elsewhere.example/through?x=1#y", proxies={"http": client.base_url})
    client.get("/plain", proxies={"https": client.base_url})


@form("http")
def proxy_with_credentials(client):
    proxy = client.base_url.replace("http://", "http://us:p%40ss@")
    client.get("http://elsewhere.example/through", proxies={"http": proxy})


@form("http")
def proxy_of_the_session(client):
    client.proxies = {"http": client.base_url}
    client.post("http://elsewhere.example/through", json={"a": 1})


@form("fast", user={"proxy_host": "127.0.0.1", "proxy_port": 1})
def proxy_fast_refused(client):
    client.get("/plain")


# files in all their forms


@form()
def files_with_type_and_headers(client):
    client.post("/upload", files={"f": ("n.txt", b"x", "text/x", {"X-Part": "1"})})


@form("http")
def files_of_text_and_objects(client):
    client.post(
        "/upload", files=[("a", "text"), ("b", io.BytesIO(b"bytes")), ("c", ("", b"no name")), ("d", (None, "field"))]
    )


@form("http")
def files_beside_lists(client):
    client.post("/upload", files={"f": b"x"}, data={"a": ["1", "2"], "b": None, "c": 3})


@form("http")
def files_beside_pairs(client):
    client.post("/upload", files={"f": b"x"}, data=[("a", "1"), ("a", "2")])


@form("http")
def files_with_odd_names(client):
    client.post("/upload", files={'f"g': ('a"b\r\nc.txt', b"x"), "ö": ("ö☂.txt", b"y")})


@form()
def files_empty(client):
    client.post("/upload", files={}, data={"a": "1"})


@form("http")
def files_and_redirect(client):
    client.post("/redirect/307/1", files={"f": b"x"})


# cookies by their attributes


@form()
def cookies_by_domain_and_path(client):
    client.get(
        "/cookie/set?c=a%3D1;+Domain=127.0.0.1;+Path=/cookie&c=b%3D2;+Domain=.localhost&c=c%3D3;+Path=/cookie/show/deep"
    )
    client.get("/cookie/show")
    client.get("/cookie/show/deep/er")
    client.get("/cookieshow")


@form()
def cookies_with_a_time_to_live(client):
    client.get(
        "/cookie/set?c=a%3D1;+Max-Age=3600&c=b%3D2;+Expires=Fri,+01+Jan+2038+00:00:00+GMT&c=c%3D3;+Max-Age=-1"
        "&c=d%3D4;+Expires=Wed,+01-Jan-2020+00:00:00+GMT&c=e%3D5;+Max-Age=soon"
    )
    client.get("/cookie/show")


@form("http")
def cookies_edited_in_place(client):
    client.get("/cookie/set?c=a%3D1&c=b%3D2")
    for cookie in client.cookies:
        cookie.value += "x"
    client.get("/cookie/show")


@form("fast")
def cookies_edited_in_place_fast(client):
    client.get("/cookie/set?c=a%3D1&c=b%3D2")
    for cookie in client.cookiejar:
        cookie.value += "x"
    client.get("/cookie/show")


@form("http")
def cookies_of_a_jar(client):
    from requests.cookies import RequestsCookieJar

    jar = RequestsCookieJar()
    jar.set("here", "1", domain="127.0.0.1", path="/cookie")
    jar.set("there", "2", domain="example.com")
    client.get("/cookie/show", cookies=jar)
    client.get("/plain", cookies=jar)


@form("http")
def cookies_of_another_jar(client):
    from requests.cookies import RequestsCookieJar

    client.cookies = RequestsCookieJar()
    client.cookies.set("here", "1", domain="127.0.0.1", path="/cookie")
    client.get("/cookie/show")
    client.get("/cookie/set?c=a%3D1")
    client.get("/cookie/show")


@form("http")
def cookies_of_a_call_and_redirect(client):
    client.cookies.set("own", "1")
    client.get("/redirect-to?url=/cookie/show&cookie=new%3D2", cookies={"call": "3", "own": "over"})
    client.get("/cookie/show")


@form()
def cookies_unicode(client):
    client.get("/cookie/set?c=%C3%A5%3D%C3%B6&c=%C2%A7")
    client.get("/cookie/show")


@form("http")
def cookies_set_unicode(client):
    client.cookies.set("å", "ö")
    client.get("/plain")


# HEAD, OPTIONS and text of all kinds


@form()
def head_with_everything(client):
    client.head("/long", params={"a": "å"}, headers={"X-H": "1"}, auth=("u", "p"))
    client.head("/status/404")
    client.head("/chunked")


@form()
def options_with_everything(client):
    client.options("/long", params={"a": "å"}, headers={"Origin": "http://x", "Access-Control-Request-Method": "POST"})
    client.options("/status/204")


@form()
def head_redirected_307(client):
    client.head("/redirect/307/1", allow_redirects=True)


@form()
def options_redirected(client):
    client.options("/redirect/302/1")


@form()
def trace_method(client):
    client.request("TRACE", "/plain")


@form()
def unicode_everywhere(client):
    client.post("/ö/☂?å=ä", params={"ü": "ß€"}, data="naïve ☂ 😀", headers={"X-Ö": "é"}, name="nämn")


@form()
def unicode_form_and_json(client):
    client.post("/form", data={"ключ": "значение", "空": "白"})
    client.post("/json-in", json={"ключ": "😀\ud83d"})


@form()
def unicode_surrogate_text(client):
    client.post("/text", data="\ud83d")


@form("fast")
def agent_headers_changed(client):
    client.client.default_headers["X-Later"] = "1"
    client.get("/first")
    client.post("/second", json={"a": 1}, headers={"x-later": "2"})
    del client.client.default_headers["X-Later"]
    client.get("/third")


@form("fast")
def redirect_limits_of_a_call(client):
    client.get("/redirect/302/3", max_redirects=1)
    client.get("/redirect/302/1", max_redirects=0)
    client.get("/redirect/302/3", max_redirects=5)


@form("http")
def redirect_limits_of_the_session(client):
    client.max_redirects = 1
    client.get("/redirect/302/3")
    client.get("/plain")


@form()
def redirect_chain_of_all_kinds(client):
    client.post("/redirect-to?code=308&url=/redirect-to%3Fcode=303%26url=/redirect/307/2", json={"a": 1})
