"""Every pump the hub has heard of since it started: connected or not, and when it was last heard. Pure."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

# Ids on the link are not authenticated: a stranger could invent them without end.
MAX_KNOWN = 256


@dataclass(slots=True)
class KnownPump:
    connected: bool
    last_heard_unix_ms: int
    boot: int


class KnownPumps:
    """The `links` of an `up` message. `changed` is raised by `version`, for a heartbeat at once."""

    def __init__(self) -> None:
        self._pumps: OrderedDict[bytes, KnownPump] = OrderedDict()
        self.version = 0

    def connected(self, pump_id: bytes, boot: int, now_unix_ms: int) -> None:
        known = self._pumps.pop(pump_id, None)
        self._pumps[pump_id] = KnownPump(True, now_unix_ms, boot)
        if known is None or not known.connected:
            self.version += 1
        if len(self._pumps) > MAX_KNOWN:
            self._forget_one()

    def heard(self, pump_id: bytes, now_unix_ms: int) -> None:
        known = self._pumps.get(pump_id)
        if known is not None:
            known.last_heard_unix_ms = now_unix_ms

    def disconnected(self, pump_id: bytes) -> None:
        known = self._pumps.get(pump_id)
        if known is not None and known.connected:
            known.connected = False
            self.version += 1

    def links(self) -> list[tuple[bytes, int, int]]:
        """(pump id, connected 0 or 1, last heard) of each, by id."""
        return [
            (pump_id, int(known.connected), known.last_heard_unix_ms)
            for pump_id, known in sorted(self._pumps.items())
        ]

    def _forget_one(self) -> None:
        """The longest known that is away; if all are here, the longest known."""
        away = (pump_id for pump_id, known in self._pumps.items() if not known.connected)
        del self._pumps[next(away, next(iter(self._pumps)))]
