"""Expectations against a timeline. Each kind has one function; each answers met or not, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hil_tests.scenario.durations import show_ms
from hil_tests.scenario.model import Expectation
from hil_tests.scenario.timeline import Timeline, value_at
from shared import codes, names

_ALARM_CODES = {
    "raised": codes.Event.ALARM_RAISED,
    "cleared": codes.Event.ALARM_CLEARED,
    "acknowledged": codes.Event.ALARM_ACKNOWLEDGED,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`seen` is what was seen, for people; `measured` a delay in ms or an error, if there is one."""

    expectation: Expectation
    met: bool
    seen: str
    measured: float | None = None


def judge(expectations: tuple[Expectation, ...], timeline: Timeline) -> list[Verdict]:
    """One verdict for each expectation, in order."""
    return [_KINDS[each.kind](each, timeline) for each in expectations]


def _window(each: Expectation, timeline: Timeline) -> tuple[int, int] | None:
    """Where an expectation looks, in simulated time; None when its mark never came."""
    values, zero_ms = each.values, timeline.zero_ms
    if "within" in values:
        mark_ms = timeline.marks.get(values["after"])
        return None if mark_ms is None else (mark_ms, mark_ms + values["within"])
    if "from" in values:
        return zero_ms + values["from"], zero_ms + values["until"]
    if "at" in values:
        return zero_ms + values["at"], zero_ms + values["at"]
    return zero_ms, 1 << 62


def _no_mark(each: Expectation) -> Verdict:
    return Verdict(each, False, f"the mark '{each.values['after']}' never came")


def _moments(each: Expectation, timeline: Timeline, times: list[int], what: str) -> Verdict:
    """Something that happens at moments: once within a window, or never in one."""
    window = _window(each, timeline)
    if window is None:
        return _no_mark(each)
    inside = [t_ms for t_ms in times if window[0] <= t_ms <= window[1]]
    if each.form == "never":
        if inside:
            return Verdict(each, False, f"{what} at {_clock(inside[0], timeline)}")
        return Verdict(each, True, f"{what}: never")
    if inside:
        delay_ms = min(inside) - window[0]
        return Verdict(each, True, f"{what} after {show_ms(delay_ms)}", delay_ms)
    others = [t_ms for t_ms in times if t_ms > window[1]]
    if others:
        return Verdict(each, False, f"{what} only after {show_ms(min(others) - window[0])}")
    return Verdict(each, False, f"{what}: not seen")


def _levels(
    each: Expectation, timeline: Timeline, changes: list[tuple[int, str]], wanted: str
) -> Verdict:
    """Something that is so or so between changes."""
    window = _window(each, timeline)
    if window is None:
        return _no_mark(each)
    start, end = window
    now = value_at(changes, start)
    inside = [(t_ms, value) for t_ms, value in changes if start < t_ms <= end]
    if each.form == "within":
        if now == wanted:
            return Verdict(each, True, f"{wanted} already", 0)
        for t_ms, value in inside:
            if value == wanted:
                delay_ms = t_ms - start
                return Verdict(each, True, f"{wanted} after {show_ms(delay_ms)}", delay_ms)
        return Verdict(each, False, f"still {now} at the end of the window")
    if now != wanted:
        return Verdict(each, False, f"{now} at {_clock(start, timeline)}")
    for t_ms, value in inside:
        if value != wanted:
            return Verdict(each, False, f"{value} at {_clock(t_ms, timeline)}")
    return Verdict(each, True, wanted)


def _state(each: Expectation, timeline: Timeline) -> Verdict:
    wanted = names.STATES.index(each.values["is"].capitalize())
    if each.form in ("within", "never"):
        times = [t_ms for t_ms, state in timeline.states if state == wanted]
        return _moments(each, timeline, times, each.values["is"])
    changes = [(t_ms, names.STATES[state].upper()) for t_ms, state in timeline.states]
    return _levels(each, timeline, changes, each.values["is"])


def _alarm(each: Expectation, timeline: Timeline) -> Verdict:
    values = each.values
    times = timeline.alarms(values["alarm"], _ALARM_CODES[values["is"]])
    return _moments(each, timeline, times, f"{values['alarm']} {values['is']}")


def _event(each: Expectation, timeline: Timeline) -> Verdict:
    code = getattr(codes.Event, each.values["code"])
    wanted = list(each.values["args"])
    times = [
        t_ms
        for t_ms, values in timeline.events
        if values["code"] == code and list(values["args"][: len(wanted)]) == wanted
    ]
    return _moments(each, timeline, times, each.values["code"])


def _receipt(each: Expectation, timeline: Timeline) -> Verdict:
    stage = getattr(codes.Stage, each.values["stage"])
    reason = getattr(codes.Reason, each.values["reason"])
    rows = timeline.seen.of("receipt")
    times = [
        row.t_ms for row in rows if (row.values["stage"], row.values["reason"]) == (stage, reason)
    ]
    verdict = _moments(each, timeline, times, f"{each.values['stage']} {each.values['reason']}")
    if verdict.met or not rows:
        return verdict
    others = ", ".join(
        f"{names.STAGES[row.values['stage']]} ({names.REASONS[row.values['reason']]})"
        for row in rows
    )
    return Verdict(each, False, f"{verdict.seen}; receipts: {others}")


def _sound(each: Expectation, timeline: Timeline) -> Verdict:
    return _levels(each, timeline, [(0, "off"), *timeline.sound], each.values["is"])


def _vibration(each: Expectation, timeline: Timeline) -> Verdict:
    return _levels(each, timeline, [(0, "off"), *timeline.vibration], each.values["is"])


def _reserve(each: Expectation, timeline: Timeline) -> Verdict:
    return _levels(each, timeline, [(0, "off"), *timeline.reserve], each.values["is"])


def _motor(each: Expectation, timeline: Timeline) -> Verdict:
    return _levels(each, timeline, [(0, "stopped"), *timeline.motor], each.values["is"])


def _flow(each: Expectation, timeline: Timeline) -> Verdict:
    start, end = _span(each, timeline)
    begun = timeline.truth_at(start, "delivered_nl")
    ended = timeline.truth_at(end, "delivered_nl")
    if begun is None or ended is None:
        return Verdict(each, False, "the run did not last that long")
    nl_h = (ended - begun) * 3_600_000 / (end - start)
    wanted = each.values["nl_h"]
    allowed = wanted * each.values["tolerance_permille"] / 1_000
    error = nl_h - wanted
    share = f" ({100 * error / wanted:+.3f} %)" if wanted else ""
    return Verdict(each, abs(error) <= allowed, f"{nl_h:.0f} nL/h{share}", error)


def _between(each: Expectation, timeline: Timeline, found: list[tuple[int, float]]) -> Verdict:
    """Values of a figure against low and high; every one counts."""
    low, high = each.values["low"], each.values["high"]
    if not found:
        return Verdict(each, False, "no value was seen in that time")
    for t_ms, value in found:
        if (low is not None and value < low) or (high is not None and value > high):
            return Verdict(each, False, f"{value:.0f} at {_clock(t_ms, timeline)}", value)
    least, most = min(value for _, value in found), max(value for _, value in found)
    seen = f"{least:.0f}" if least == most else f"{least:.0f} to {most:.0f}"
    return Verdict(each, True, seen, most)


def _truth(each: Expectation, timeline: Timeline) -> Verdict:
    start, end = _span(each, timeline)
    figure = each.values["figure"]
    found = [(row.t_ms, row.values[figure]) for row in timeline.truth if start <= row.t_ms <= end]
    for edge_ms in (start, end):
        value = timeline.truth_at(edge_ms, figure)
        if value is None:
            return Verdict(each, False, "the run did not last that long")
        found.append((edge_ms, value))
    return _between(each, timeline, found)


def _told(each: Expectation, timeline: Timeline) -> Verdict:
    return _between(
        each,
        timeline,
        [(t_ms, values[each.values["figure"]]) for t_ms, values in _told_in(each, timeline)],
    )


def _told_in(each: Expectation, timeline: Timeline) -> list[tuple[int, dict[str, Any]]]:
    """Telemetry of a stretch; for one moment the last that was so before it."""
    start, end = _span(each, timeline)
    if each.form == "at":
        return [item for item in timeline.telemetry if item[0] <= end][-1:]
    return [item for item in timeline.telemetry if start <= item[0] <= end]


def _total_holds_truth(each: Expectation, timeline: Timeline) -> Verdict:
    slack_nl = each.values["slack_nl"]
    told = _told_in(each, timeline)
    active = [row for row in timeline.seen.of("active") if told and row.t_ms <= told[0][0]]
    if not active:
        return Verdict(each, False, "no telemetry of an active prescription in that time")
    seen = ""
    for t_ms, values in told:
        pumped = timeline.truth_at(t_ms, "pumped_nl")
        if pumped is None:
            continue
        given = pumped - active[-1].values["pumped_nl"]
        low, high = values["total_min_nl"], values["total_max_nl"]
        seen = f"{given:.0f} nL given, told {low} to {high}"
        if not low - slack_nl <= given <= high + slack_nl:
            return Verdict(each, False, f"{seen}, at {_clock(t_ms, timeline)}")
    return Verdict(each, bool(seen), seen or "no look at the plant in that time")


def _journal_complete(each: Expectation, timeline: Timeline) -> Verdict:
    _start, end = _span(each, timeline)
    first_seen = []
    for row in timeline.seen.of("event"):
        if row.t_ms <= end and row.values["log_seq"] not in first_seen:
            first_seen.append(row.values["log_seq"])
    if len(first_seen) < each.values["at_least"]:
        return Verdict(each, False, f"only {len(first_seen)} entries arrived")
    for before, after in pairwise(first_seen):
        if after != before + 1:
            return Verdict(each, False, f"entry {after} came after entry {before}")
    return Verdict(each, True, f"entries {first_seen[0]} to {first_seen[-1]}")


def _kept_samples(each: Expectation, timeline: Timeline) -> Verdict:
    start, end = _span(each, timeline)
    kept = [
        t_ms
        for t_ms, values in timeline.telemetry
        if values["sample"] == 1 and start <= t_ms <= end
    ]
    met = len(kept) >= each.values["at_least"]
    return Verdict(each, met, f"{len(kept)} samples", len(kept))


def _span(each: Expectation, timeline: Timeline) -> tuple[int, int]:
    """The window of a form that does not hang on a mark."""
    window = _window(each, timeline)
    if window is None:
        raise ValueError(f"'{each.kind}' cannot hang on a mark")
    return window


def _clock(t_ms: int, timeline: Timeline) -> str:
    return show_ms(t_ms - timeline.zero_ms)


_KINDS: dict[str, Callable[[Expectation, Timeline], Verdict]] = {
    "state": _state,
    "alarm": _alarm,
    "event": _event,
    "receipt": _receipt,
    "sound": _sound,
    "vibration": _vibration,
    "reserve": _reserve,
    "motor": _motor,
    "flow": _flow,
    "truth": _truth,
    "told": _told,
    "total_holds_truth": _total_holds_truth,
    "journal_complete": _journal_complete,
    "kept_samples": _kept_samples,
}
