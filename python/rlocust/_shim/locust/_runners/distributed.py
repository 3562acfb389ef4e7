"""What master and worker have in common: reports of statistics travel from one to the other."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any

import gevent

from .. import stats as locust_stats
from .base import Runner

if TYPE_CHECKING:
    from ..env import Environment
    from ..event import EventHook
    from ..rpc import Message

logger = logging.getLogger("locust.runners")


class DistributedRunner(Runner):
    """A runner that is one of several nodes."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        hooks = environment.events.report_to_master, environment.events.worker_report
        of_suite = [len(hook._handlers) for hook in hooks]
        locust_stats.setup_distributed_stats_event_listeners(environment.events, environment.stats)
        self._own_listeners: list[Any] = []
        for hook, count in zip(hooks, of_suite, strict=True):
            self._own_listeners += hook._handlers[count:]

    def _hears_alone(self, hook: EventHook) -> bool:
        """Whether nobody but us listens there: then the sums need not pass through Python."""
        return not _is_replaced(hook, "fire") and all(each in self._own_listeners for each in hook._handlers)

    def _is_own(self, *names: str) -> bool:
        """Whether the suite has overridden none of these methods."""
        return not any(_is_replaced(self, name) for name in names)

    def _hand_on(self, msg: Message) -> bool:
        """Calls the listener that the suite has registered for messages of this type, if it has."""
        if msg.type not in self.custom_messages:
            return False
        listener, is_concurrent = self.custom_messages[msg.type]
        if is_concurrent:
            gevent.spawn(listener, environment=self.environment, msg=msg)
            return True
        try:
            listener(environment=self.environment, msg=msg)
        except Exception:
            logging.error(f"Uncaught exception in handler for {msg.type}\n{traceback.format_exc()}")
        return True


def _is_replaced(thing: Any, name: str) -> bool:
    """Whether a method is another than the one of our class: by a derived class, on the class or on the object."""
    found = getattr(thing, name)
    return not getattr(getattr(found, "__func__", found), "__globals__", {}).get("__name__", "").startswith("locust.")
