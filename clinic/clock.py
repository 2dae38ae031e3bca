"""The wall clock, read at the edge only. Everything below takes `now_ms` as an argument."""

from __future__ import annotations

import time
from datetime import UTC, datetime

SECOND_MS = 1_000


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def utc(at_ms: int) -> datetime:
    """An aware datetime of a stored time."""
    return datetime.fromtimestamp(at_ms / SECOND_MS, UTC)
