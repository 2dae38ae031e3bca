"""Sentences made from codes."""

from __future__ import annotations

import pytest

from clinic import texts
from shared import names
from shared.codes import Event


@pytest.mark.parametrize(
    ("code", "args", "text"),
    [
        (Event.ALARM_RAISED, [2, 9], "Alarm raised: Air in the line"),
        (Event.STATE_CHANGED, [0, 1, 1], "State changed: stopped → running"),
        (Event.COMMAND_REFUSED, [2, 5], "Command refused: stop, stale challenge"),
        (Event.START_PRESSED, [], "START pressed"),
        (Event.LINK_BACK, [61], "Link back: after 61 s"),
        (999, [], "Event 999"),
    ],
)
def test_an_event_reads_as_a_sentence(code: int, args: list[int], text: str) -> None:
    assert texts.event(code, args) == text


@pytest.mark.parametrize("code", sorted(names.EVENTS))
@pytest.mark.parametrize("args", [[], [-1, -1, -1], [10**9, 10**9, 10**9], [0] * 8])
def test_no_arguments_whatever_make_an_event_unreadable(code: int, args: list[int]) -> None:
    assert texts.event(code, args)


def test_quantities_have_their_unit_and_no_more_digits_than_they_need() -> None:
    assert texts.concentration(1_500_000) == "1.5 mg/mL"
    assert texts.concentration(10_000_000) == "10 mg/mL"
