"""Commands on their way down: the newest of each pump, held while the pump is away, at most 600 s. Pure.

The pump decides whether a command is fresh and genuine; the hub only stops carrying what nobody can want any more.
Times are milliseconds of a clock that does not run backwards.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

HOLD_MS = 600_000
# One house has a few pumps. A broker that floods us with pump ids must not fill the memory.
MAX_PUMPS = 256
# A link delivers in order and says nothing about it. What is heard this long after the command was written was sent
# by a pump that is still there; what is heard sooner may have been on its way already.
PROOF_AFTER_MS = 1_000


@dataclass(slots=True)
class _Held:
    command_id: bytes
    frame: bytes
    arrived_ms: int
    written_ms: int | None = None


class CommandShelf:
    """One command per pump, from arrival until it was surely delivered, replaced or too old."""

    def __init__(self) -> None:
        self._held: OrderedDict[bytes, _Held] = OrderedDict()
        self._last_id: OrderedDict[bytes, bytes] = OrderedDict()
        self.expired = 0
        self.replaced = 0
        self.duplicates = 0

    def put(self, pump_id: bytes, command_id: bytes, frame: bytes, now_ms: int) -> bool:
        """Shelve a command. False if it is the one that came last: the broker may deliver twice."""
        if self._last_id.get(pump_id) == command_id:
            self.duplicates += 1
            return False
        held = self._held.pop(pump_id, None)
        if held is not None and held.written_ms is None:
            self.replaced += 1
        self._held[pump_id] = _Held(command_id, frame, now_ms)
        self._last_id[pump_id] = command_id
        self._last_id.move_to_end(pump_id)
        for shelf in (self._held, self._last_id):
            if len(shelf) > MAX_PUMPS:
                shelf.popitem(last=False)
        return True

    def to_write(self, pump_id: bytes, now_ms: int) -> bytes | None:
        """The frame to write to this pump now, if one waits. It stays until `heard` proves the link."""
        self._expire(now_ms)
        held = self._held.get(pump_id)
        if held is None or held.written_ms is not None:
            return None
        held.written_ms = now_ms
        return held.frame

    def heard(self, pump_id: bytes, now_ms: int) -> None:
        """A whole frame came from this pump."""
        held = self._held.get(pump_id)
        if held is None or held.written_ms is None:
            return
        if now_ms - held.written_ms >= PROOF_AFTER_MS:
            del self._held[pump_id]

    def link_lost(self, pump_id: bytes) -> None:
        """The connection ended: a command that nothing was heard after goes again on the next one.

        If the pump had it after all, it refuses the repeated sequence number.
        """
        held = self._held.get(pump_id)
        if held is not None:
            held.written_ms = None

    def waiting(self, now_ms: int) -> int:
        """How many commands wait for a pump that is away."""
        self._expire(now_ms)
        return sum(held.written_ms is None for held in self._held.values())

    def _expire(self, now_ms: int) -> None:
        # Oldest first: entries are replaced, never refreshed.
        while self._held:
            pump_id, held = next(iter(self._held.items()))
            if now_ms - held.arrived_ms <= HOLD_MS:
                return
            del self._held[pump_id]
            self.expired += held.written_ms is None
