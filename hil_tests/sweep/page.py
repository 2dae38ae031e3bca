"""docs/FAULTS.md: the tables between its marks, made from the runs. The text around them is written by hand and kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from hil_tests.sweep import runs
from hil_tests.sweep.model import BOUND_UL, Row, Seen
from hil_tests.sweep.pump import MODES
from shared import alarm_table, names
from tools.gen_docs import table

PAGE = Path(__file__).parents[2] / "docs" / "FAULTS.md"
_MARK = re.compile(r"(<!-- measured by make faults: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_HEADER = (
    *("Fault", "While", "Alarm", "Somebody is told", "Roller stands"),
    *("Too much, uL", "Too little until told, uL", "Afterwards", "Note"),
)
_FLIPS_HEADER = (
    *("What", "Where", "Numbers", "Flips", "Seen within", "Not seen"),
    *("Program ended", "Steps too many", "Why a flip may stay unseen"),
)


def _seconds(ms: int | None) -> str:
    return "" if ms is None else f"{ms / 1_000:.1f} s"


def _ul(volume_ul: float) -> str:
    return f"{volume_ul:.1f}"


def _after(seen: Seen) -> str:
    words = names.STATES[seen.state]
    if seen.resets > 1:
        return f"{words}, restarts again and again"
    return f"{words}, after a restart" if seen.resets else words


def _cells(row: Row, seen: Seen) -> tuple[str, ...]:
    raised = ", ".join(f"`{alarm_table.ROWS[one][1]}`" for one in seen.alarms)
    return (
        *(row.what, MODES[row.mode].words, raised, _seconds(seen.told_ms)),
        *(_seconds(seen.stands_ms), _ul(seen.excess_ul), _ul(seen.short_ul)),
        *(_after(seen), row.why),
    )


def faults_table() -> str:
    rows = [_cells(row, runs.seen(row.name)) for row in runs.ROWS.values()]
    return table(_HEADER, rows)


def worst_sentence() -> str:
    """The worst excess of all rows, and those beyond the bound with their reasons."""
    rows = runs.ROWS.values()
    worst = max(rows, key=lambda row: runs.seen(row.name).excess_ul)
    volume_ul = runs.seen(worst.name).excess_ul
    text = (
        f"The worst of {len(rows)} faults gives {_ul(volume_ul)} uL too much ({worst.what}, while {MODES[worst.mode].words}); "
        f"the bound is {BOUND_UL} uL. Measured by `make faults`.\n"
    )
    beyond = [row for row in rows if runs.seen(row.name).excess_ul > BOUND_UL]
    if not beyond:
        return text + "No fault is beyond the bound.\n"
    return text + "".join(
        f"- Beyond it: {row.what}, while {MODES[row.mode].words}: {_ul(runs.seen(row.name).excess_ul)} uL. {row.why}\n"
        for row in beyond
    )


def flips_table() -> str:
    rows = []
    for place, result in runs.flips():
        where = f"`{place.owner}`: {' '.join(place.names)}"
        within = f"{result.slowest} frames" if result.slowest > 1 else "1 frame"
        rows.append(
            (
                *(place.what, where, str(result.numbers), str(result.flips)),
                within if result.slowest else "",
                str(len(result.unseen) or ""),
                str(result.ended or ""),
                str(result.excess_steps),
                place.unguarded,
            )
        )
    return table(_FLIPS_HEADER, rows)


_MAKERS: dict[str, Callable[[], str]] = {
    "faults": faults_table,
    "worst": worst_sentence,
    "flips": flips_table,
}


def render(page: str) -> str:
    """The page with every measured part made anew. KeyError: a mark that nothing makes."""
    return _MARK.sub(lambda mark: mark[1] + _MAKERS[mark[2]]() + mark[4], page)
