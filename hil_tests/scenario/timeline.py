"""Observations put in order of the time at which things were so, for the judge and the plot."""

from __future__ import annotations

from bisect import bisect_right

from hil_tests.scenario.observations import Observations, Seen
from shared import alarm_table, codes

# Bursts of a high alarm come at most 15 s apart (IEC 60601-1-8); a shorter silence is a pause.
BURST_GAP_MS = 15_000
# From power to the first record on an open link: self-test and HELLO take about a second.
_LONGEST_START_MS = 5_000


class Timeline:
    """Times are simulated ms since the bench was switched on; `zero_ms` is the scenario's zero."""

    def __init__(self, seen: Observations) -> None:
        self.seen = seen
        self.marks = {row.values["name"]: row.t_ms for row in reversed(seen.of("mark"))}
        self.zero_ms = self.marks.get("zero", 0)
        self._boots = _boot_times(seen)
        self.truth = seen.of("truth")
        self._truth_times = [row.t_ms for row in self.truth]
        self.events = [(self.pump_ms(row), row.values) for row in seen.of("event")]
        self.telemetry = [(self.pump_ms(row), row.values) for row in seen.of("telemetry")]
        self.telemetry.sort(key=lambda item: item[0])
        self.states = self._states()
        end_ms = self.truth[-1].t_ms if self.truth else self.zero_ms
        self.sound = _bridge(
            [(row.t_ms, "on" if row.values["hz"] else "off") for row in seen.of("sound")], end_ms
        )
        self.vibration = _bridge(_on_off(seen.of("vibration")), end_ms)
        self.reserve = _on_off(seen.of("reserve"))
        self.motor = [
            (row.t_ms, "moving" if row.values["moving"] else "stopped") for row in seen.of("motor")
        ]

    def pump_ms(self, row: Seen) -> int:
        """When the pump says it was so; when it arrived, if its boot is not known."""
        started_ms = self._boots.get(row.values["boot"])
        return row.t_ms if started_ms is None else started_ms + row.values["mono_ms"]

    def truth_at(self, t_ms: int, figure: str) -> float | None:
        """A figure of the plant, on the straight line between two looks; None outside of them."""
        after = bisect_right(self._truth_times, t_ms)
        if after == 0:
            return None
        before = self.truth[after - 1]
        if after == len(self.truth):
            is_last = t_ms <= before.t_ms
            return before.values[figure] if is_last else None
        following = self.truth[after]
        share = (t_ms - before.t_ms) / (following.t_ms - before.t_ms)
        change = following.values[figure] - before.values[figure]
        return before.values[figure] + share * change

    def alarms(self, name: str, code: int) -> list[int]:
        """When the journal says that an alarm was raised, cleared or acknowledged."""
        alarm_id = next(row[0] for row in alarm_table.ROWS if row[1] == name)
        return [
            t_ms
            for t_ms, values in self.events
            if values["code"] == code and list(values["args"][:1]) == [alarm_id]
        ]

    def _states(self) -> list[tuple[int, int]]:
        found = [(t_ms, values["state"]) for t_ms, values in self.telemetry]
        for t_ms, values in self.events:
            if values["code"] == codes.Event.STATE_CHANGED and len(values["args"]) > 1:
                found.append((t_ms, values["args"][1]))
        found.sort(key=lambda item: item[0])
        return found


def value_at(changes: list[tuple[int, str]], t_ms: int) -> str | None:
    """The last value set at or before a time, of a list of changes."""
    value = None
    for changed_ms, changed_to in changes:
        if changed_ms > t_ms:
            break
        value = changed_to
    return value


def _boot_times(seen: Observations) -> dict[int, int]:
    """Boot number to the time at which its clock stood at zero, at most two frames late.

    No record arrives before it was made, so the earliest arrival less the pump's own time comes
    closest. A boot whose records all came late counts from its power-on: numbers rise by one.
    """
    nearest: dict[int, int] = {}
    for row in seen.of("telemetry") + seen.of("event"):
        boot, zero_ms = row.values["boot"], row.t_ms - row.values["mono_ms"]
        nearest[boot] = min(zero_ms, nearest.get(boot, zero_ms))
    first: int | None = next((row.values["boot"] for row in seen.of("hello")), None)
    if first is None:
        return nearest
    starts = [row.t_ms for row in seen.of("power") if row.values["on"]]
    for boot, started_ms in enumerate(starts, first):
        if nearest.get(boot, started_ms) - started_ms > _LONGEST_START_MS:
            nearest[boot] = started_ms
    return nearest


def _on_off(rows: list[Seen]) -> list[tuple[int, str]]:
    return [(row.t_ms, "on" if row.values["on"] else "off") for row in rows]


def _bridge(changes: list[tuple[int, str]], end_ms: int) -> list[tuple[int, str]]:
    """Drop the silences between the bursts of one alarm, and one that the run's end cuts short."""
    bridged: list[tuple[int, str]] = []
    for index, (t_ms, value) in enumerate(changes):
        if value == "off":
            later_ms = changes[index + 1][0] if index + 1 < len(changes) else end_ms
            if 0 <= later_ms - t_ms < BURST_GAP_MS:
                continue
        if not bridged or bridged[-1][1] != value:
            bridged.append((t_ms, value))
    return bridged
