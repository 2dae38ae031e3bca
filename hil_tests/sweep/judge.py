"""What was seen, held against what was expected of a row."""

from __future__ import annotations

from hil_tests.sweep.model import BOUND_UL, Row, Seen
from shared import alarm_table, names


def misses(row: Row, seen: Seen) -> list[str]:
    """One sentence for each expectation that was not met; none: all is as it should be."""
    found = []
    missing = [alarm_table.ROWS[one][1] for one in sorted({*row.alarms} - {*seen.alarms})]
    if missing:
        found.append(f"no alarm {', '.join(missing)}")
    if not row.alarms and seen.alarms:
        raised = [alarm_table.ROWS[one][1] for one in seen.alarms]
        found.append(f"alarm {', '.join(raised)}, and none was expected")
    found += _late("told", row.told_s, seen.told_ms)
    found += _late("stands", row.stands_s, seen.stands_ms)
    if seen.excess_ul > row.excess_ul:
        found.append(f"{seen.excess_ul:.1f} uL too much, expected at most {row.excess_ul:g}")
    if seen.state != row.state:
        found.append(f"ends {names.STATES[seen.state]}, not {names.STATES[row.state]}")
    if row.excess_ul > BOUND_UL and not row.why:
        found.append("beyond the bound without a reason")
    return found


def _late(what: str, by_s: float | None, at_ms: int | None) -> list[str]:
    if by_s is None:
        return [] if at_ms is None else [f"{what} after {at_ms} ms, and it was not expected"]
    if at_ms is None:
        return [f"never {what}, expected within {by_s:g} s"]
    if at_ms > by_s * 1_000:
        return [f"{what} after {at_ms} ms, expected within {by_s:g} s"]
    return []
