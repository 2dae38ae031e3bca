"""What the outbox holds and says: plain records, limits and counters. No SQL, no threads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum

from shared.codes import Urgency
from shared.uplink_messages import MAX_RECORDS

ROUTINE = Urgency.ROUTINE
EVENT = Urgency.EVENT
ALARM = Urgency.ALARM
URGENCIES = (ROUTINE, EVENT, ALARM)
URGENCY_NAMES = ("routine", "event", "alarm")

# At most so many records go into one message; an alarm goes alone (docs/PROTOCOL.md 3).
BATCH_RECORDS = MAX_RECORDS

# What SQLite adds to a frame: row, unique index, urgency index. Rounded up from dbstat of 100,000 rows.
ROW_OVERHEAD_BYTES = 120


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record as a pump sent it."""

    pump_id: bytes
    urgency: int
    received_unix_ms: int
    frame: bytes

    @property
    def digest(self) -> bytes:
        """Tells the same frame, sent again, from another one."""
        return hashlib.sha256(self.frame).digest()[:16]

    @property
    def size_bytes(self) -> int:
        return len(self.frame) + ROW_OVERHEAD_BYTES


@dataclass(frozen=True, slots=True)
class Stored:
    """A record on the hub's disk."""

    outbox_id: int
    pump_id: bytes
    urgency: int
    received_unix_ms: int
    frame: bytes


class PutResult(Enum):
    """What became of a record. Only the first two may be answered with STORED."""

    STORED = "stored"  # on disk now
    ALREADY = "already"  # the same frame of the same pump is on disk
    FULL = "full"  # no room, and nothing less urgent to drop: the pump keeps it
    FAILED = "failed"  # the disk refused: the pump keeps it

    @property
    def on_disk(self) -> bool:
        return self in (PutResult.STORED, PutResult.ALREADY)


@dataclass(frozen=True, slots=True)
class Caps:
    """The most the outbox may hold. Bytes count frames and their rows, not free pages of the file."""

    max_records: int
    max_bytes: int
    # By the hub's clock when received. Only routine records age: a wrong clock must never cost an alarm.
    max_routine_age_s: int


@dataclass(frozen=True, slots=True)
class Depth:
    """What is in the outbox and what was lost since the database was made."""

    records: tuple[int, int, int]  # by urgency
    size_bytes: int
    oldest_unix_ms: int | None
    counters: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.records)
