"""Every single fault of the sweep does what its row says, and docs/FAULTS.md tells what was measured (SR-068, SR-093)."""

from __future__ import annotations

import pytest

from hil_tests.rig.faults import FAULTS
from hil_tests.sweep import page, runs
from hil_tests.sweep.judge import misses
from hil_tests.sweep.model import BOUND_UL, Row, Seen
from hil_tests.sweep.steps import STEPS
from shared import alarm_table as alarm
from shared.codes import State

# Not single faults of a pump that runs, or another row is the same fault in a plainer way.
NOT_SWEPT = {
    "bag_broken": "as the door's",
    "cassette_broken": "as the door's",
    "clock_low_voltage": "heard at power-on only",
    "haptics_open": "as a silent haptic driver: nobody can feel it",
    "reserve_flat": "asked at power-on; a second fault is needed to need it",
    "reserve_open": "asked at power-on; a second fault is needed to need it",
}
ROW = Row("planted", "", "10", (), (alarm.SYSTEM_FAULT,), 1, 1, 5, State.FAULT)
SEEN = Seen((alarm.SYSTEM_FAULT,), 900, 1_000, 5, 0, State.FAULT, 0)


@pytest.mark.parametrize("name", runs.ROWS)
def test_a_single_fault_does_what_its_row_says(name: str) -> None:
    assert misses(runs.ROWS[name], runs.seen(name)) == []


def test_every_fault_of_the_bench_is_swept_or_has_a_reason() -> None:
    swept = {row.how[1] for row in runs.ROWS.values() if row.how[0] == "fault"}
    assert swept | {*NOT_SWEPT} == {*FAULTS} and not swept & {*NOT_SWEPT}
    assert {row.how[1] for row in runs.ROWS.values() if row.how[0] == "step"} == {*STEPS}


def test_no_row_expects_more_than_the_bound_without_a_reason() -> None:
    for row in runs.ROWS.values():
        assert row.excess_ul <= BOUND_UL or row.why, row.name
        assert row.stands_s is not None or row.why, row.name


@pytest.mark.parametrize(
    ("seen", "word"),
    [
        (Seen((), 900, 1_000, 5, 0, State.FAULT, 0), "no alarm"),
        (Seen((alarm.SYSTEM_FAULT,), None, 1_000, 5, 0, State.FAULT, 0), "never told"),
        (Seen((alarm.SYSTEM_FAULT,), 1_100, 1_000, 5, 0, State.FAULT, 0), "told after"),
        (Seen((alarm.SYSTEM_FAULT,), 900, None, 5, 0, State.FAULT, 0), "never stands"),
        (Seen((alarm.SYSTEM_FAULT,), 900, 1_000, 5.1, 0, State.FAULT, 0), "too much"),
        (Seen((alarm.SYSTEM_FAULT,), 900, 1_000, 5, 0, State.ALARM, 0), "ends"),
    ],
)
def test_what_a_row_does_not_expect_is_said(seen: Seen, word: str) -> None:
    found = misses(ROW, seen)
    assert misses(ROW, SEEN) == []
    assert len(found) == 1 and word in found[0]


@pytest.mark.timeout(900)  # alone, it has to run every row itself
def test_the_page_of_faults_tells_what_was_measured() -> None:
    text = page.PAGE.read_text()
    assert page.render(text) == text, "stale: run make faults"
