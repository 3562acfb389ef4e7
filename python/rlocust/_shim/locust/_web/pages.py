"""The templates of the Flask app: `index.html` is the native page, with a place for its arguments; the log-in page is a
plain form. A suite's own build (`--build-path`) comes first.
"""

from __future__ import annotations

import os
from typing import Any

from rlocust import _native

#: Put at the beginning of the page's head.
ARGUMENTS = '<script nonce="{{ script_nonce }}">window.templateArgs = {{ template_args|tojson }}</script>'
AUTH = os.path.join(os.path.dirname(__file__), "auth.html")


def page_loader(build_path: str | None) -> Any:
    """For Jinja: by name, the text of a template."""
    from jinja2 import ChoiceLoader, FileSystemLoader, FunctionLoader

    own = [FileSystemLoader(build_path)] if build_path else []
    return ChoiceLoader([*own, FunctionLoader(source)])


def source(name: str) -> str | None:
    if name == "index.html":
        page = (_native.web_file("index.html") or b"").decode()
        before, head, after = page.partition("<head>")
        return f"{_raw(before + head)}{ARGUMENTS}{_raw(after)}"
    if name == "auth.html":
        with open(AUTH, encoding="utf-8") as file:
            return file.read()
    return None


def _raw(text: str) -> str:
    return f"{{% raw %}}{text}{{% endraw %}}" if text else ""


def policy(nonce: str) -> str:
    """The native page's, and the one script inside it."""
    return f"{_native.WEB_CSP}; script-src 'self' 'nonce-{nonce}'"
