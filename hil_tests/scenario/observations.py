"""What a run saw: every observation once, as a line of JSON and for the judge.

A line holds simulated time, kind and values, and nothing of this machine or of the wall clock, so
that two runs of one seed write the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TextIO


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation. t_ms: simulated time since the bench was switched on."""

    t_ms: int
    kind: str
    values: dict[str, Any]


# Kinds that come every second and of which a day holds 86,400: the judge keeps what it reads.
_KEPT = {
    "telemetry": (
        "boot",
        "mono_ms",
        "state",
        "rate_nl_h",
        "total_min_nl",
        "total_max_nl",
        "left_nl",
        "battery_permille",
        "alarms",
        "pressure_pa",
        "rx_version",
        "log_seq",
        "sample",
    ),
}


class Observations:
    """The record of one run. `sink` gets the lines as they come."""

    def __init__(self, sink: TextIO | None = None) -> None:
        self._sink = sink
        self._by_kind: dict[str, list[Seen]] = {}
        self.count = 0

    def note(self, t_ms: int, kind: str, **values: Any) -> None:
        """Add one observation. Bytes are written as hexadecimal digits."""
        self.count += 1
        if self._sink is not None:
            line = {"t_ms": t_ms, "kind": kind, **{key: _plain(values[key]) for key in values}}
            self._sink.write(json.dumps(line, separators=(",", ":")) + "\n")
        if kind in _KEPT:
            values = {key: values[key] for key in _KEPT[kind] if key in values}
        self._by_kind.setdefault(kind, []).append(Seen(t_ms, kind, values))

    def of(self, kind: str) -> list[Seen]:
        """All observations of a kind, in the order they were made."""
        return self._by_kind.get(kind, [])


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in value}
    return value
