"""The rules. Pure: what is known and the time go in, changes of causes come out. They can warn; they can do nothing else.

Causes: `alarm:<id>` an alarm of the pump itself, `blind` no live data, `gap` events that are missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from clinic.live import LivePump, Snapshot
from shared import alarm_sentences, alarm_table
from shared.codes import Event

ALARM_PREFIX = "alarm:"
KIND_ALARM = "pump_alarm"
KIND_BLIND = "blind"
KIND_GAP = "gap"

# products-and-standards.md (d) row 23: a lost link is low at the pump and medium at the clinic.
BLIND_PRIORITY = alarm_table.MEDIUM
# What is missing may have been an alarm; until it is known, it is not "nothing".
GAP_PRIORITY = alarm_table.MEDIUM
UNKNOWN_ALARM_PRIORITY = alarm_table.HIGH


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is too long. `stale_ms`: without live telemetry. `gap_ms`: without any of the missing events."""

    stale_ms: int
    gap_ms: int


@dataclass(frozen=True, slots=True)
class Cause:
    """What an alert is about."""

    key: str
    kind: str
    alarm_id: int | None
    priority: int
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A cause that is there, or is gone. `at_ms`: since when. `boot`, `mono_ms`: where in the pump's time, if it said so."""

    present: bool
    cause: Cause
    at_ms: int
    boot: int | None = None
    mono_ms: int | None = None
    is_past: bool = False  # it was there and is over; somebody must still be told


def alarm_cause(alarm_id: int) -> Cause:
    """The cause behind one bit of telemetry. A bit that this clinic does not know is high: somebody must look."""
    key = f"{ALARM_PREFIX}{alarm_id}"
    if 0 <= alarm_id < alarm_table.COUNT:
        row = alarm_table.ROWS[alarm_id]
        return Cause(key, KIND_ALARM, alarm_id, row[2], alarm_sentences.SENTENCES[alarm_id])
    return Cause(
        key,
        KIND_ALARM,
        None,
        UNKNOWN_ALARM_PRIORITY,
        f"Alarm {alarm_id}, not known to this clinic",
    )


def alarm_changes(snapshot: Snapshot, standing: set[str]) -> list[Change]:
    """What a telemetry mask says. `standing`: keys of the alerts that stand now; one whose bit is clear is gone."""
    where = (snapshot.at_ms, snapshot.boot, snapshot.mono_ms)
    mask = snapshot.alarms
    causes = [alarm_cause(bit) for bit in range(mask.bit_length()) if mask >> bit & 1]
    present = {cause.key for cause in causes}
    gone = [key for key in sorted(standing - present) if key.startswith(ALARM_PREFIX)]
    changes = [Change(True, cause, *where) for cause in causes]
    changes += [
        Change(False, alarm_cause(int(key.removeprefix(ALARM_PREFIX))), *where) for key in gone
    ]
    return changes


def event_change(
    code: int, args: list[int], at_ms: int, boot: int, mono_ms: int, newest: Snapshot | None
) -> Change | None:
    """What an alarm event says beyond the newest telemetry: something newer, or something that came and went unseen.

    Events that are older than telemetry which still shows the alarm add nothing.
    """
    if code not in (Event.ALARM_RAISED, Event.ALARM_CLEARED) or not args or args[0] < 0:
        return None
    cause = alarm_cause(args[0])
    is_news = newest is None or (boot, mono_ms) > newest.position
    if is_news:
        return Change(code == Event.ALARM_RAISED, cause, at_ms, boot, mono_ms)
    if code == Event.ALARM_CLEARED or newest is None or newest.alarms >> args[0] & 1:
        return None
    return Change(True, cause, at_ms, boot, mono_ms, is_past=True)


def silence(pump: LivePump, now_ms: int, limit_ms: int, started_ms: int) -> Change | None:
    """Is the clinic blind for this pump? None: nothing to say, what stands goes on to stand.

    The clinic's own absence is no fault of the pump: silence counts from its start at the earliest. Only live telemetry ends
    it; a hub that has found the pump again is not enough.
    """
    cause = Cause(KIND_BLIND, KIND_BLIND, None, BLIND_PRIORITY, "No data from the pump")
    if not pump.watched:
        return Change(False, cause, now_ms)
    if pump.newest is None:
        return None  # enrolled and never seen
    heard_ms = pump.live_at_ms or 0
    if pump.lost_ms is not None and pump.lost_ms >= heard_ms:
        text = "No data: the hub has lost the pump"
        return Change(True, Cause(KIND_BLIND, KIND_BLIND, None, BLIND_PRIORITY, text), now_ms)
    if now_ms - max(heard_ms, started_ms) > limit_ms:
        return Change(True, cause, now_ms)
    return Change(False, cause, now_ms) if heard_ms >= started_ms else None


def gap(pump: LivePump, now_ms: int, limit_ms: int) -> Change | None:
    """Are events missing, and has none of them come for longer than the limit?"""
    count = pump.missing
    text = f"{count} event{'' if count == 1 else 's'} of the pump's log did not arrive"
    cause = Cause(KIND_GAP, KIND_GAP, None, GAP_PRIORITY, text)
    if count == 0:
        return Change(False, cause, now_ms)
    since_ms = pump.missing_since_ms
    if since_ms is None or now_ms - since_ms <= limit_ms:
        return None
    return Change(True, cause, now_ms)


def by_time(pump: LivePump, now_ms: int, limits: Limits, started_ms: int) -> list[Change]:
    """Everything that may change by the mere passing of time."""
    changes = (
        silence(pump, now_ms, limits.stale_ms, started_ms),
        gap(pump, now_ms, limits.gap_ms),
    )
    return [change for change in changes if change is not None]
