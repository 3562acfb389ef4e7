"""What locustfiles import. Importing it patches the standard library for gevent, as Locust does.

The patches come first: everything below, and everything the locustfile imports later, has to find
sockets, locks and sleeps that let other users run.
"""

# ruff: noqa: E402 - the patches before everything else

import os
import sys

if os.getenv("LOCUST_PLAYWRIGHT"):
    print("LOCUST_PLAYWRIGHT setting is no longer needed (because locust-plugins no longer installs trio)")
    print("Uninstall trio package and remove the setting.")
    try:
        import trio  # noqa: F401
    except ModuleNotFoundError:
        sys.exit(1)

from rlocust._install import patch

patch()

from ._version import version as __version__
from .event import Events

# Made before the modules that listen to it or fire it at import time.
events = Events()

from .contrib.fasthttp import FastHttpUser
from .debug import run_single_user
from .shape import LoadTestShape
from .user import wait_time
from .user.markov_taskset import MarkovTaskSet, transition, transitions
from .user.sequential_taskset import SequentialTaskSet
from .user.task import TaskSet, tag, task
from .user.users import HttpUser, User
from .user.wait_time import between, constant, constant_pacing, constant_throughput, poisson
from .util.deprecation import DeprecatedHttpLocustClass as HttpLocust
from .util.deprecation import DeprecatedLocustClass as Locust

# Suites reach these as attributes after a plain `import locust`.
from . import (  # isort: skip
    argument_parser as argument_parser,
    clients as clients,
    dispatch as dispatch,
    env as env,
    exception as exception,
    html as html,
    log as log,
    rpc as rpc,
    runners as runners,
    stats as stats,
    web as web,
)

__all__ = (
    "FastHttpUser",
    "HttpLocust",
    "HttpUser",
    "LoadTestShape",
    "Locust",
    "MarkovTaskSet",
    "SequentialTaskSet",
    "TaskSet",
    "User",
    "__version__",
    "between",
    "constant",
    "constant_pacing",
    "constant_throughput",
    "events",
    "poisson",
    "run_single_user",
    "tag",
    "task",
    "transition",
    "transitions",
    "wait_time",
)
