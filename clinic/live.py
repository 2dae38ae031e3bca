"""What is known now of every pump: the newest telemetry, the hub's word, the event numbers held. Kept in memory, fed by ingest.

A transaction works on copies (`draft`); `adopt` takes them over after the commit, so that nothing is shown that is not stored.
"""

from __future__ import annotations

import asyncio
import copy
from dataclasses import dataclass

from shared.codes import DELIVERING_MASK


@dataclass(slots=True)
class Snapshot:
    """One telemetry record with the clinic's own times added."""

    at_ms: int  # when it was true, on the clinic's clock
    received_ms: int
    boot: int
    mono_ms: int
    rx_version: int
    rx_hash: bytes  # 8 bytes; zeros without a prescription
    state: int
    rate_nl_h: int
    total_min_nl: int
    total_max_nl: int
    left_nl: int
    battery_permille: int
    alarms: int
    challenge: bytes
    log_seq: int
    last_cmd: int
    pressure_pa: int
    acknowledged: int
    sample: int

    @property
    def position(self) -> tuple[int, int]:
        """Where in the pump's own time it stands; the only order that couriers cannot change."""
        return (self.boot, self.mono_ms)

    @property
    def is_delivering(self) -> bool:
        return DELIVERING_MASK >> self.state & 1 == 1 or self.rate_nl_h > 0


@dataclass(slots=True)
class Challenge:
    """The pump's newest challenge, and when it was first seen."""

    value: bytes
    at_ms: int
    boot: int
    mono_ms: int


@dataclass(slots=True)
class LivePump:
    """Everything the rules and the pages need to know about one pump."""

    pump_id: bytes
    name: str
    watched: bool = True
    patient_id: int | None = None
    patient_name: str = ""
    place: str = ""
    newest: Snapshot | None = None  # highest position, live or kept
    live_at_ms: int | None = None  # when the newest live telemetry was true
    challenge: Challenge | None = None  # the newest
    challenge_before: Challenge | None = (
        None  # the pump still takes the one before, unless it was used
    )
    hub_id: str | None = None
    linked: bool | None = None  # the hub's word
    lost_ms: int | None = None  # when its hub last said that it is away
    log_floor: int = 0
    held_lowest: int | None = None  # event numbers stored: lowest, highest, how many
    held_highest: int | None = None
    held_count: int = 0
    missing: int = 0  # events known to exist and not stored
    missing_since_ms: int | None = None  # since when that number has not fallen

    def take_challenge(self, snapshot: Snapshot) -> None:
        """Note a challenge the first time it is seen, so that its age can be judged."""
        known = self.challenge
        if known is None or known.value != snapshot.challenge:
            self.challenge_before = known
            self.challenge = Challenge(
                snapshot.challenge, snapshot.at_ms, snapshot.boot, snapshot.mono_ms
            )

    def challenge_age_ms(self, challenge: Challenge, now_ms: int) -> int | None:
        """The least that its age can be, by the clinic's clock or the pump's, whichever says more. None: it is no longer offered.

        A pump on the bench may run faster than the wall clock, and it judges by its own.
        """
        offered = (self.challenge, self.challenge_before)
        newest = self.newest
        if newest is None or newest.boot != challenge.boot:
            return None
        if challenge.value not in [known.value for known in offered if known is not None]:
            return None
        return max(now_ms - challenge.at_ms, newest.mono_ms - challenge.mono_ms)

    def hold(self, log_seq: int) -> None:
        """Count an event that was stored for the first time."""
        self.held_lowest = log_seq if self.held_lowest is None else min(self.held_lowest, log_seq)
        self.held_highest = max(log_seq, self.held_highest or 0)
        self.held_count += log_seq >= self.log_floor

    def count_missing(self, now_ms: int) -> None:
        """How many events exist at the pump and are not here. A falling number restarts the clock: it is catching up."""
        highest = max(self.held_highest or 0, self.newest.log_seq if self.newest else 0)
        # Numbers below the first one ever received were before this clinic's time.
        first = max(self.log_floor, self.held_lowest if self.held_lowest is not None else 1)
        missing = max(0, highest - first + 1 - self.held_count)
        if missing == 0:
            self.missing_since_ms = None
        elif self.missing_since_ms is None or missing < self.missing:
            self.missing_since_ms = now_ms
        self.missing = missing


class Ward:
    """All pumps in memory, and a counter that moves whenever something shown may have changed."""

    def __init__(self, started_ms: int) -> None:
        self.pumps: dict[bytes, LivePump] = {}
        self.started_ms = started_ms
        self.hub_heard_ms: dict[str, int] = {}
        self.version = 0
        # Held from the first draft to the adoption: two writers must not overwrite each other.
        self.turn = asyncio.Lock()

    def changed(self) -> None:
        self.version += 1

    def draft(self, pump_id: bytes) -> LivePump | None:
        """A copy to work on. Its parts are replaced by the rules, never edited, so a shallow copy is enough."""
        pump = self.pumps.get(pump_id)
        return copy.copy(pump) if pump else None

    def adopt(self, drafts: dict[bytes, LivePump]) -> None:
        """Take over what was committed."""
        changed = {key: draft for key, draft in drafts.items() if self.pumps.get(key) != draft}
        self.pumps.update(changed)
        if changed:
            self.changed()
