"""What the uplink is doing and has done, for the status file and the log."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class UplinkState(Enum):
    """Where the connection to the broker is."""

    CONNECTING = "a connection is being made"
    UP = "connected and subscribed; publishes are acknowledged in time"
    WAITING = "the last attempt failed; the next one comes after a pause"
    STOPPED = "the hub stops"


@dataclass(slots=True)
class UplinkStatus:
    """Sums since start. The clinic speaks for itself: `last_receipt_unix_ms`, not the broker's acknowledgements."""

    state: UplinkState = UplinkState.CONNECTING
    last_error: str = ""
    connects: int = 0
    published_records: int = 0
    published_messages: int = 0
    receipts: int = 0
    removed_records: int = 0
    foreign_receipts: int = 0  # for another outbox: nothing was deleted
    bad_payloads: int = 0
    commands: int = 0
    last_receipt_unix_ms: int | None = None
