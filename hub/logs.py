"""Log lines as key=value on standard error, and a guard against floods of them."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Set up structlog for this process. `level`: debug, info, warning or error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level="WARNING", format="level=warning event=library text=%(message)r")


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger whose lines carry `part=name`."""
    return structlog.get_logger(part=name)


class Once:
    """Says which of many alike happenings deserves a line: the first of each kind until `again` is called."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def first(self, kind: str) -> bool:
        """True the first time for this kind. Kinds come from a fixed set in the code, never from a peer."""
        if kind in self._said:
            return False
        self._said.add(kind)
        return True

    def again(self, kind: str) -> None:
        """The cause went away: its next coming deserves a line."""
        self._said.discard(kind)
