"""The report as a web page. It has not landed: its names can be imported, and asking for one says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from argparse import Namespace

    from .env import Environment

PERCENTILES_FOR_HTML_REPORT = [0.50, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0]


def get_html_report(environment: Environment, show_download_link: bool = True, theme: str = "") -> str:
    _refuse()


def process_html_filename(options: Namespace) -> None:
    _refuse()


def render_template_from(file: str, build_path: str = "", **kwargs: Any) -> str:
    _refuse()


def _refuse() -> NoReturn:
    raise NotImplementedError("rlocust cannot write HTML reports yet")
