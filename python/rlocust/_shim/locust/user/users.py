"""The user classes: what a locustfile derives its users from.

A user is a plain object and, once started, one greenlet in the runner's group. It is made by the
runner in tens of thousands, so the constructor and `start` do the least they can.
"""

from __future__ import annotations

import inspect
import logging
import os
import time
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from json.decoder import JSONDecodeError
from time import perf_counter
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, final

from gevent import GreenletExit, getcurrent
from gevent.pool import Group

import rlocust
from rlocust._loop.coroutines import finish

from .. import _tracebacks
from .._run.user_group import UserGroup
from ..clients import HttpSession, RestResponseContextManager
from ..exception import CatchResponseError, StopTest, StopUser
from ..util.deprecation import check_for_deprecated_task_set_attribute
from .task import (
    LOCUST_STATE_RUNNING,
    LOCUST_STATE_STOPPING,
    LOCUST_STATE_WAITING,
    DefaultTaskSet,
    get_tasks_from_base_classes,
)
from .task import (
    TaskSet as TaskSet,
)
from .wait_time import constant

if TYPE_CHECKING:
    from gevent import Greenlet
    from urllib3 import PoolManager

    from ..env import Environment

logger = logging.getLogger(__name__)

#: Where the code of rlocust lies.
_OURS = os.path.dirname(os.path.abspath(rlocust.__file__)) + os.sep

RestResponseT = TypeVar("RestResponseT")


class UserMeta(type):
    """Gathers the tasks of a user class, and makes `abstract` a statement about that class alone."""

    def __new__(mcs, classname: str, bases: tuple[type, ...], class_dict: dict[str, Any]) -> UserMeta:
        check_for_deprecated_task_set_attribute(class_dict)
        class_dict["tasks"] = get_tasks_from_base_classes(bases, class_dict)
        if not class_dict.get("abstract"):
            class_dict["abstract"] = False
        return super().__new__(mcs, classname, bases, class_dict)


class User(metaclass=UserMeta):
    """One simulated user. Derive from it, or from `HttpUser` or `FastHttpUser` for a client that speaks HTTP.

    The user starts with `on_start`, works on its tasks with a wait between them, and ends with `on_stop`.
    """

    host: str | None = None
    """Where the load goes, such as `https://example.com`. `--host` goes before it."""

    min_wait: float | None = None
    max_wait: float | None = None
    wait_time: Any = constant(0)
    """A method that returns the seconds between two tasks; see `between`, `constant` and `constant_pacing`."""
    wait_function: Callable[..., float] | None = None

    tasks: list[Any] = []  # noqa: RUF012 - may be set on the class and on one user
    """Functions and task set classes, each as often as its weight says. May be given as a list, or as
    a dictionary of weights."""

    weight: float = 1
    """How often this class is chosen, relative to the others."""

    fixed_count: int = 0
    """If positive, exactly this many users of the class are started, before all others; `weight` is not looked at."""

    abstract: bool = True
    """True for classes that are only there to be derived from."""

    _group: Any = None

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._state: str | None = None
        self._greenlet: Any = None
        self._taskset_instance: Any = None
        self._cp_last_run = perf_counter()
        self._cp_last_wait_time: float = 0

    def on_start(self) -> Any:
        """Called when the user starts to run."""

    def on_stop(self) -> Any:
        """Called when the user stops, also when it is killed."""

    @final
    def run(self) -> None:
        self._state = LOCUST_STATE_RUNNING
        self._taskset_instance = DefaultTaskSet(self)
        try:
            self._call_on_start()
            self._taskset_instance.run()
        except (GreenletExit, StopUser, StopTest):
            finish(self.on_stop())

    def _call_on_start(self) -> None:
        try:
            finish(self.on_start())
        except Exception as error:
            logger.error("%s\n%s", _tracebacks.text_of(error), traceback.format_exc())
            if not isinstance(error, (StopUser, StopTest)):
                self.environment.events.user_error.fire(user_instance=self, exception=error, tb=error.__traceback__)
            raise

    def wait(self) -> None:
        """Waits as between two tasks, see `wait_time`. A task that calls it can be stopped there, too."""
        self._taskset_instance.wait()

    def start(self, group: Group) -> Greenlet:
        """Starts the user in a greenlet of `group`. The runner finds the user again as that greenlet's argument."""
        self._group = group
        self._greenlet = group.spawn(run_user, self)
        return self._greenlet

    def stop(self, force: bool = False) -> bool:
        """Ends the user: at once if it is waiting or `force` is set, else after the task in hand.

        Returns True if its greenlet has ended.
        """
        if force or self._state in (None, LOCUST_STATE_WAITING):
            self._group.killone(self._greenlet)
            return True
        if self._state == LOCUST_STATE_RUNNING:
            self._state = LOCUST_STATE_STOPPING
            return False
        raise Exception(f"Tried to stop User in an unexpected state: {self._state}. This should never happen.")

    @property
    def group(self) -> Group:
        return self._group

    @property
    def greenlet(self) -> Greenlet:
        return self._greenlet

    def context(self) -> dict[str, Any]:
        """Merged into the `context` of each request event of this user; override it to add what listeners need."""
        return {}

    @classmethod
    def json(cls) -> dict[str, Any]:
        """What the web interface shows and edits of a user class."""
        return {
            "host": cls.host,
            "weight": cls.weight,
            "fixed_count": cls.fixed_count,
            "tasks": [task.__name__ for task in cls.tasks],
        }

    @classmethod
    def fullname(cls) -> str:
        """Module and class name; a class made inside a function counts as one of that function."""
        return ".".join(part for part in f"{cls.__module__}.{cls.__qualname__}".split(".") if part != "<locals>")


# As it is before a suite can replace it: while a user has it, the native clients need not ask.
_CONTEXT = User.context


def run_user(user: User) -> None:
    """What the greenlet of a user executes; its only argument is the user, which the runner reads back."""
    group = user._group
    try:
        if not isinstance(group, UserGroup) or group.lets_users_begin:
            user.run()
    except Exception:
        runner = user.environment.runner
        if runner is not None:
            runner._users_died += 1
        raise
    finally:
        if isinstance(group, UserGroup):
            group.user_ends(getcurrent())


class RestMixin(Generic[RestResponseT]):
    """`rest` and `rest_`: requests whose answer is JSON, with a failure text for whatever goes wrong in the block."""

    @contextmanager
    def rest(
        self, method: str, url: str, headers: dict[str, str] | None = None, **kwargs: Any
    ) -> Generator[RestResponseT]:
        """A request for JSON. The block gets the response, with the parsed body as `.js`.

        For example::

        with self.rest("GET", "/user/1") as resp:
            assert resp.js["name"] == "Alice"
        """
        headers = dict(headers or {})
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = "application/json"
        if not any(name.lower() == "accept" for name in headers):
            headers["Accept"] = "application/json"
        client = self.client  # type: ignore[attr-defined]
        with client.request(method, url, catch_response=True, headers=headers, **kwargs) as response:
            response = cast(Any, response)
            response.js = None
            if response.content is None:
                response.failure(str(response.error))
            elif response.text:
                _parse_json(response)
            try:
                yield response
            except AssertionError as error:
                response.failure(_assertion_text(error, response))
            except Exception as error:
                response.failure(_error_text(error, response))

    @contextmanager
    def rest_(self, method: str, url: str, name: str | None = None, **kwargs: Any) -> Generator[RestResponseT]:
        """Like `rest`, with a changing `_` parameter that keeps caches out; the statistics do not see its value."""
        separator = "&" if "?" in url else "?"
        stamp = int(time.time() * 1000)
        with self.rest(
            method, f"{url}{separator}_={stamp}", name=name or f"{url}{separator}_=...", **kwargs
        ) as response:
            yield response


def _error_text(error: Exception, response: Any) -> str:
    """One line instead of a traceback: the failure is a row of a table."""
    places = [
        f"{_shorten_home(frame.filename)}:{frame.lineno} in {frame.name}"
        for frame in _frames(error)
        if frame.filename.startswith("/")
    ]
    text = f"{type(error).__name__}: {_tracebacks.text_of(error)} at {', '.join(places)}"
    return f"{text}. Response was {_shortened(response.text, 200)}"


def _frames(error: BaseException) -> list[traceback.FrameSummary]:
    """The frames a printed traceback would show: those of the exception it arose from come first."""
    origin = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not _is_look_up(frame)]
    return (_frames(origin) if origin else []) + frames


def _is_look_up(frame: traceback.FrameSummary) -> bool:
    """What Locust's objects hold, ours make when somebody looks: it shows where an attribute is missing."""
    return frame.name == "__getattr__" and frame.filename.startswith(_OURS)


def _shorten_home(path: str) -> str:
    parts = path.split("/", 3)
    return f"~/{parts[3]}" if len(parts) == 4 and parts[1] in ("home", "Users") else path


def _parse_json(response: Any) -> None:
    try:
        response.js = response.json()
    except JSONDecodeError as error:
        response.failure(
            f"Could not parse response as JSON. {_shortened(response.text, 250)}, "
            f"response code {response.status_code}, error {error}"
        )


def _assertion_text(error: AssertionError, response: Any) -> str:
    text: str = error.args[0] if error.args else "Assertion failed"
    if text.endswith(","):  # of a message that is no text, the task gets the AttributeError, as under Locust
        return f"{text[:-1]}, response was {_shortened(response.text, 200)}"
    return text


def _shortened(text: str | None, length: int) -> str | None:
    return text and text[:length]


class HttpUser(User, RestMixin[RestResponseContextManager]):
    """A user whose `client` is a session of Requests: it keeps cookies and connections, and reports each request."""

    abstract = True

    pool_manager: PoolManager | None = None
    """A connection pool of urllib3 to share between users, instead of one of their own."""

    http_version: str = "1.1"
    """`"1.1"` as under Locust; `"2"` for HTTP/2, `"auto"` for what the server prefers over TLS."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.host is None:
            raise StopTest(
                "You must specify the base host. Either in the host attribute in the User class, "
                "or on the command line using the --host option."
            )
        self.client = HttpSession(
            base_url=self.host,
            request_event=self.environment.events.request,
            user=self,
            pool_manager=self.pool_manager,
        )
        # Neither proxy settings of the environment nor a .netrc file may change what a test sends.
        self.client.trust_env = False


class PytestUser(User):
    """A user that calls test functions of pytest style, one after the other and without a wait, until it is stopped."""

    abstract = True

    functions: list[Any]
    """The collected test functions; `fixturedefs` of each are the fixtures it takes, in the order of its parameters."""

    fixtures: list[Any]
    """What each function is called with, once the user runs."""

    def run(self) -> None:  # type: ignore[misc]
        self._state = LOCUST_STATE_RUNNING
        # Kept as long as the user lives: a generator that nobody holds runs its clean-up at once.
        started = [[_started(each.func, self) for each in function.fixturedefs] for function in self.functions]
        self.fixtures = [[_yielded(fixture) for fixture in fixtures] for fixtures in started]
        while True:
            for function, arguments in zip(self.functions, self.fixtures, strict=True):
                self._call(function.obj, arguments)

    def _call(self, function: Callable[..., Any], arguments: list[Any]) -> None:
        from geventhttpclient.useragent import ConnectionError as FastConnectionError
        from requests.exceptions import RequestException

        try:
            finish(function(*arguments))
        except ValueError:
            # Errors of Requests that are also ValueErrors are mistakes in the call, not failures of the server.
            raise
        except (RequestException, CatchResponseError, FastConnectionError) as error:
            logger.debug("%s\n%s", error, traceback.format_exc())


def _started(fixture: Callable[..., Any], user: User) -> Any:
    """Fixtures made for this take the user as their only argument; those of plain pytest may take nothing."""
    return fixture(user) if inspect.signature(fixture).parameters else fixture()


def _yielded(fixture: Any) -> Any:
    return next(fixture) if inspect.isgenerator(fixture) else fixture
