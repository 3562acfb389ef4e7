"""The web interface. It has not landed: its names can be imported, and making one says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, TypedDict

if TYPE_CHECKING:
    from .env import Environment
    from .stats import StatsCSV

HOST_IS_REQUIRED = False
"""Suites set it so that a test cannot be started without a host."""


class InputField(TypedDict, total=False):
    """A field of a custom log-in form."""

    label: str
    name: str
    type: str | None
    default_value: bool | str | None
    choices: list[str] | None
    is_secret: bool | None
    is_required: bool | None
    is_multiple: bool | None


class CustomForm(TypedDict, total=False):
    """A log-in form of the suite's own."""

    inputs: list[InputField] | None
    callback_url: str
    submit_button_text: str | None


class AuthProvider(TypedDict, total=False):
    """A button that leads to another service to log in."""

    label: str | None
    callback_url: str
    icon_url: str | None


class AuthArgs(TypedDict, total=False):
    """What the log-in page shows."""

    custom_form: CustomForm
    auth_providers: list[AuthProvider]
    username_password_callback: str
    error: str
    info: str


class WebUI:
    """`environment.web_ui`, once there is a web interface."""

    app: Any = None
    greenlet: Any = None
    server: Any = None
    template_args: dict[str, Any]
    auth_args: AuthArgs

    def __init__(
        self,
        environment: Environment,
        host: str,
        port: int,
        web_base_path: str | None = None,
        web_login: bool = False,
        tls_cert: str | None = None,
        tls_key: str | None = None,
        stats_csv_writer: StatsCSV | None = None,
        delayed_start: bool = False,
        userclass_picker_is_active: bool = False,
        build_path: str | None = None,
    ) -> None:
        _refuse()

    def start(self) -> None:
        _refuse()

    def stop(self) -> None:
        _refuse()

    def auth_required_if_enabled(self, view_func: Any) -> Any:
        _refuse()

    def update_template_args(self) -> None:
        _refuse()


def _refuse() -> NoReturn:
    raise NotImplementedError("rlocust has no web interface yet; run it with --headless")
