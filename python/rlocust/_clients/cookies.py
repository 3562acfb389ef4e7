"""The cookie jars that suites see (`client.cookies`, `client.cookiejar`), kept in step with the engine's.

`edits` counts every change made from Python, those of a cookie in its place included; `rows` and `adopt` carry
all cookies across the border.
"""

from __future__ import annotations

from http.cookiejar import Cookie, CookieJar
from typing import Any

from requests.cookies import RequestsCookieJar

# name, value, domain, path | port, port_specified, domain_specified, domain_initial_dot, path_specified |
# secure, expires, discard, rfc2109 | comment, comment_url | rest
Row = tuple[
    tuple[str, str | None, str, str],
    tuple[str | None, bool, bool, bool, bool],
    tuple[bool, int | None, bool, bool],
    tuple[str | None, str | None],
    list[tuple[str, str | None]],
]


def cookie_row(cookie: Cookie) -> Row:
    """A cookie as it crosses the border."""
    return (
        (cookie.name, cookie.value, cookie.domain, cookie.path),
        (
            cookie.port,
            bool(cookie.port_specified),
            bool(cookie.domain_specified),
            bool(cookie.domain_initial_dot),
            bool(cookie.path_specified),
        ),
        (
            bool(cookie.secure),
            None if cookie.expires is None else int(cookie.expires),
            bool(cookie.discard),
            bool(cookie.rfc2109),
        ),
        (cookie.comment, cookie.comment_url),
        [(str(key), None if value is None else str(value)) for key, value in cookie._rest.items()],  # type: ignore[attr-defined]
    )


def _cookie(row: Row) -> Cookie:
    (name, value, domain, path), ports, (secure, expires, discard, rfc2109), (comment, comment_url), rest = row
    port, port_specified, domain_specified, domain_initial_dot, path_specified = ports
    return Cookie(
        version=0,
        name=name,
        value=value,
        port=port,
        port_specified=port_specified,
        domain=domain,
        domain_specified=domain_specified,
        domain_initial_dot=domain_initial_dot,
        path=path,
        path_specified=path_specified,
        secure=secure,
        expires=expires,
        discard=discard,
        comment=comment,
        comment_url=comment_url,
        rest=dict(rest),  # type: ignore[arg-type]
        rfc2109=rfc2109,
    )


class _Edits:
    """How often a jar was changed from Python. Its cookies hold it, too: the jar itself would make a circle."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


class LiveCookie(Cookie):
    """A cookie in one of our jars: suites edit it in its place (`cookie.value = …`), and the next call heeds it."""

    _edits: _Edits

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        self._edits.count += 1

    def __repr__(self) -> str:
        return super().__repr__().replace("LiveCookie", "Cookie", 1)


class _InStep(CookieJar):
    """Counts the changes made from Python."""

    is_in_step = True

    def __init__(self, policy: Any = None) -> None:
        self.edits = _Edits()
        super().__init__(policy)

    def set_policy(self, policy: Any) -> None:
        """A policy of the suite's own: the engine knows the usual one only, so calls go by Python."""
        self.is_in_step = False
        super().set_policy(policy)

    def set_cookie(self, cookie: Cookie, *args: Any, **kwargs: Any) -> Any:
        self.edits.count += 1
        answer = super().set_cookie(cookie, *args, **kwargs)
        if type(cookie) is Cookie:
            cookie.__class__ = LiveCookie
        if type(cookie) is LiveCookie:
            cookie.__dict__["_edits"] = self.edits
        else:
            self.is_in_step = False  # a class of the suite's own: who knows what its values depend on
        return answer

    def clear(self, domain: str | None = None, path: str | None = None, name: str | None = None) -> None:
        self.edits.count += 1
        super().clear(domain, path, name)

    def rows(self) -> list[Row]:
        """All cookies, for the engine."""
        return [cookie_row(cookie) for cookie in self]

    def adopt(self, rows: list[Row]) -> None:
        """Holds exactly `rows` from now on; what is the same already stays the object it is."""
        wanted = {(domain, path, name): row for row in rows for name, _, domain, path in (row[0],)}
        for cookie in list(self):
            row = wanted.get((cookie.domain, cookie.path, cookie.name))
            if row is None and not self._keeps(cookie):
                self.clear(cookie.domain, cookie.path, cookie.name)
            elif row is not None and cookie_row(cookie) == row:
                del wanted[cookie.domain, cookie.path, cookie.name]
        for row in wanted.values():
            self.set_cookie(_cookie(row))

    def _keeps(self, cookie: Cookie) -> bool:
        """Whether a cookie that the engine has let go is still shown."""
        return False


class SessionCookies(_InStep, RequestsCookieJar):
    """`HttpSession.cookies`: a `RequestsCookieJar`."""

    def copy(self) -> RequestsCookieJar:
        """A plain jar with the same cookies: what becomes of it concerns no session."""
        jar = RequestsCookieJar()
        jar.set_policy(self.get_policy())
        jar.update(self)
        return jar

    def __repr__(self) -> str:
        return super().__repr__().replace("SessionCookies", "RequestsCookieJar", 1)

    def _keeps(self, cookie: Cookie) -> bool:
        return cookie.is_expired()  # requests sends it no more, and leaves it in the jar


class AgentCookies(_InStep):
    """`FastHttpSession.cookiejar`: a plain `http.cookiejar.CookieJar`."""

    def __repr__(self) -> str:
        return super().__repr__().replace("AgentCookies", "CookieJar", 1)
