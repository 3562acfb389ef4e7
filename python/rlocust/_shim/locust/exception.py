"""The exceptions of a locustfile: some report misuse, some steer the task loop.

Those that steer derive from `Exception`, as Locust's do: an `except Exception` in a suite, in
`rest()` or in `measure()` swallows them, and suites rely on either outcome.
"""

from __future__ import annotations


class LocustError(Exception):
    """Something in the locustfile is used in a way that cannot work."""


class ResponseError(Exception):
    """Raise it inside a `with self.client.get(..., catch_response=True)` block to fail the request."""


class CatchResponseError(Exception):
    """Carries what was given to `response.failure()` when that was not an exception already."""


class MissingWaitTimeError(LocustError):
    """Neither the user nor the task set says how long to wait between tasks."""


class InterruptTaskSet(Exception):
    """Leaves the current task set; its parent goes on at once, or after its wait if `reschedule` is False."""

    def __init__(self, reschedule: bool = True) -> None:
        # `args` stay as given: `InterruptTaskSet()` prints without an argument.
        self.reschedule = reschedule


class StopTest(Exception):
    """Ends the test when it reaches a greenlet of the runner; raised in a task it ends that user only."""


class StopUser(Exception):
    """Ends the user that raises it. The runner does not put another in its place."""


class RescheduleTask(Exception):
    """Ends the current task as if it had returned: wait, then the next one."""


class RescheduleTaskImmediately(Exception):
    """Ends the current task and goes to the next one without a wait."""


class RPCError(Exception):
    """Master and worker could not talk to each other."""


class RPCSendError(Exception):
    """A message could not be sent to the other node."""


class RPCReceiveError(Exception):
    """A message of the other node could not be read; `addr` names the sender where it is known."""

    def __init__(self, *args: object, addr: object = None) -> None:
        super().__init__(*args)
        self.addr = addr


class RunnerAlreadyExistsError(Exception):
    """An environment has one runner; this one already has it."""
