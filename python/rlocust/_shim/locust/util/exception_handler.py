"""Trying again, for connections that may be down for a moment."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

logger = logging.getLogger(__name__)


def retry(
    delays: Sequence[float] = (1, 3, 5), exception: type[Exception] = Exception
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Calls the function again after each of the delays, and lets the last failure through."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            for count, delay in enumerate(delays, start=1):
                try:
                    return function(*args, **kwargs)
                except exception as error:
                    logger.info("Exception found on retry %d: -- retry after %ds", count, delay)
                    logger.exception(error)
                    time.sleep(delay)
            try:
                return function(*args, **kwargs)
            except exception:
                logger.info("Retry failed after %d times.", len(delays))
                raise

        return wrapper

    return decorate
