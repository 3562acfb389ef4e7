"""Puts the shim in the place of the module `locust`.

The shim's sources lie in `rlocust/_shim/locust` and are loaded once, under the names `locust` and `locust.*`, also when
real Locust is installed beside us: the finder below answers first, and every sub-module is then found in the shim's own
folder. Whoever asks the installed distributions for `locust` hears the version whose behaviour we keep.

The package begins with `patch`, before it imports anything that imports `ssl`: a patch that comes later leaves
half-patched contexts behind.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # of `typing`, and what only types need: to install is cheap beside what is imported then
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from importlib.machinery import ModuleSpec
    from importlib.metadata import Distribution, DistributionFinder
    from types import ModuleType

#: The Locust whose behaviour the shim keeps.
LOCUST_VERSION = "2.47.0"

SHIM = os.path.join(os.path.dirname(os.path.realpath(__file__)), "_shim", "locust")


def install() -> None:
    """Answer every later `import locust` with the shim; gevent's patches come with that import."""
    loaded = sys.modules.get("locust")
    if loaded is not None and not is_shim(loaded):
        raise ImportError(
            f"`locust` was imported from {getattr(loaded, '__file__', 'elsewhere')} before rlocust.install() was called"
        )
    if not any(isinstance(finder, ShimFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, ShimFinder())
        sys.meta_path.append(LastFinder())


def is_shim(module: ModuleType) -> bool:
    return SHIM in map(os.path.normpath, getattr(module, "__path__", ()))


def patch() -> None:
    """Make the standard library cooperative, as importing Locust does; does nothing the second time."""
    if os.environ.get("LOCUST_SKIP_MONKEY_PATCH"):
        return
    from gevent import monkey

    if not monkey.is_module_patched("socket"):
        _patch_all(monkey)
    if not os.environ.get("LOCUST_SKIP_URLLIB3_PATCH"):
        _patch_pool_queue()


def _patch_all(monkey: ModuleType) -> None:
    """gevent asks all installed packages for plug-ins at each of two dozen steps; here they are read once."""
    from functools import cache
    from importlib import metadata

    read = metadata.entry_points
    once = cache(read)
    metadata.entry_points = lambda **wanted: once().select(**wanted)  # type: ignore[assignment]
    # Where an asyncio loop already runs, as in a Jupyter kernel, other threads serve it: locks and queues that they
    # share with this thread stay theirs, else the next import waits for ever.
    with_threads = not _is_loop_running()
    try:
        monkey.patch_all(thread=with_threads, queue=with_threads)
    finally:
        metadata.entry_points = read


def _is_loop_running() -> bool:
    asyncio = sys.modules.get("asyncio")
    return asyncio is not None and asyncio._get_running_loop() is not None


def _patch_pool_queue() -> None:
    """urllib3's pools take their queue from a class that gevent does not know about."""
    from gevent.queue import LifoQueue
    from urllib3.connectionpool import ConnectionPool

    ConnectionPool.QueueCls = LifoQueue


class ShimFinder:
    """Finds the package `locust`; its sub-modules follow from the package's path."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "locust":
            return None
        return _spec_of_package(fullname)

    def find_distributions(self, context: DistributionFinder.Context | None = None) -> Iterable[Distribution]:
        # Only when asked by name: a list of all distributions shows what is installed, and Locust may not be.
        if context is not None and context.name == "locust":
            from rlocust._distribution import ShimDistribution  # `importlib.metadata` is loaded: it asks

            yield ShimDistribution()


class LastFinder:
    """Finds Locust's pytest plug-in by its module's name where nobody else does: real Locust is not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "pytest_locust":
            return None
        return _spec_of_package(fullname)


def _spec_of_package(name: str) -> ModuleSpec | None:
    from importlib.util import spec_from_file_location

    folder = os.path.join(os.path.dirname(SHIM), name)
    return spec_from_file_location(name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder])
