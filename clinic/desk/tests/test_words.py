"""The words of the desk at their boundaries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.desk import words
from shared import names
from shared.codes import State

NOW = datetime(2026, 3, 14, 14, 3, 12, tzinfo=UTC)
DASH = "\u2013"
MINUS = "\u2212"


@pytest.mark.parametrize(
    ("value_nl", "text"),
    [
        (None, "unknown"),
        (0, "0.000 mL"),
        (499, "0.000 mL"),
        (500, "0.001 mL"),
        (999_499, "0.999 mL"),
        (999_999, "1.00 mL"),
        (1_000_000, "1.00 mL"),
        (1_005_000, "1.01 mL"),
        (9_994_999, "9.99 mL"),
        (9_996_000, "10.0 mL"),
        (12_437_000, "12.4 mL"),
        (12_450_000, "12.5 mL"),
        (100_000_000, "100.0 mL"),
    ],
)
def test_a_volume_has_no_more_digits_than_its_source_and_rounds_half_up(value_nl, text):
    assert words.volume(value_nl) == text


@pytest.mark.parametrize(
    ("low_nl", "high_nl", "text"),
    [
        (12_437_000, 12_437_000, "12.4 mL"),
        (12_400_000, 12_449_999, "12.4 mL"),
        (12_449_999, 12_450_000, f"12.4{DASH}12.5 mL"),
        (12_400_000, 12_500_000, f"12.4{DASH}12.5 mL"),
        (9_999_000, 10_100_000, f"10.0{DASH}10.1 mL"),
        (0, 1_500, f"0.000{DASH}0.002 mL"),
        (None, 5, "unknown"),
        (5, None, "unknown"),
    ],
)
def test_a_volume_is_an_interval_only_where_its_ends_differ_as_shown(low_nl, high_nl, text):
    assert words.volume_interval(low_nl, high_nl) == text


@pytest.mark.parametrize(
    ("value_nl", "text"),
    [
        (None, "unknown"),
        (37_599_999, "37.5 mL"),
        (37_600_000, "37.6 mL"),
        (9_999_999, "9.99 mL"),
        (999_999, "0.999 mL"),
        (0, "0.000 mL"),
        (-1, f"{MINUS}0.001 mL"),
    ],
)
def test_what_is_left_is_never_shown_as_more_than_there_is(value_nl, text):
    assert words.volume_left(value_nl) == text


@pytest.mark.parametrize(
    ("value_nl_h", "text"),
    [
        (None, "unknown"),
        (0, "0 mL/h"),
        (1, "under 0.001 mL/h"),
        (999, "under 0.001 mL/h"),
        (1_000, "0.001 mL/h"),
        (350_000, "0.35 mL/h"),
        (7_000_000, "7.0 mL/h"),
        (9_375_000, "9.38 mL/h"),
        (12_000_000, "12.0 mL/h"),
        (12_345_678, "12.3 mL/h"),
    ],
)
def test_a_rate_is_never_rounded_to_zero_and_keeps_one_decimal(value_nl_h, text):
    assert words.rate(value_nl_h) == text


@pytest.mark.parametrize(
    ("value_pa", "text"),
    [
        (None, "unknown"),
        (0, "0.0 kPa"),
        (49, "0.0 kPa"),
        (50, "0.1 kPa"),
        (3_240, "3.2 kPa"),
        (120_000, "120.0 kPa"),
        (-49, "0.0 kPa"),
        (-400, f"{MINUS}0.4 kPa"),
    ],
)
def test_a_pressure_keeps_its_sign_and_has_no_negative_zero(value_pa, text):
    assert words.pressure(value_pa) == text


@pytest.mark.parametrize(
    ("permille", "text"),
    [(None, "unknown"), (0, "0 %"), (9, "0 %"), (849, "84 %"), (1000, "100 %")],
)
def test_battery_is_rounded_down(permille, text):
    assert words.battery(permille) == text


@pytest.mark.parametrize(
    ("age_ms", "text"),
    [
        (None, "never"),
        (-5, "now"),
        (0, "now"),
        (2_999, "now"),
        (3_000, "3 s ago"),
        (42_900, "42 s ago"),
        (119_999, "119 s ago"),
        (120_000, "2 min ago"),
        (180_000, "3 min ago"),
        (7_199_999, "119 min ago"),
        (7_200_000, "2 h ago"),
        (172_799_999, "47 h ago"),
        (172_800_000, "2 days ago"),
    ],
)
def test_an_age_is_rounded_down_in_the_largest_fitting_unit(age_ms, text):
    assert words.age(age_ms) == text


def test_stale_data_says_for_how_long_there_was_none():
    assert words.no_data(185_000) == "no data for 3 min"
    assert words.no_data(42_000) == "no data for 42 s"
    assert words.no_data(None) == "no data yet"


@pytest.mark.parametrize(
    ("given_nl", "vtbi_nl", "percent"),
    [
        (0, 100, 0),
        (999, 1000, 99),
        (1000, 1000, 100),
        (1010, 1000, 101),
        (None, 1, None),
        (1, 0, None),
        (1, None, None),
    ],
)
def test_progress_is_unknown_rather_than_zero_and_is_not_clipped(given_nl, vtbi_nl, percent):
    assert words.progress_percent(given_nl, vtbi_nl) == percent


@pytest.mark.parametrize(
    ("left_nl", "rate_nl_h", "text"),
    [
        (37_334_000, 7_000_000, "5 h 20 min"),
        (35_000_000, 7_000_000, "5 h 00 min"),
        (7_000_000, 8_000_000, "52 min"),
        (1, 7_000_000, "less than 1 min"),
        (1, 0, ""),
        (1, None, ""),
        (None, 1, ""),
    ],
)
def test_time_left_is_in_hours_and_minutes_and_empty_when_nothing_runs(left_nl, rate_nl_h, text):
    assert words.minutes_text(words.minutes_left(left_nl, rate_nl_h)) == text


def test_a_stale_or_unknown_state_is_no_data_and_never_its_last_word():
    assert words.state_word(State.RUNNING, stale=False) == "Running"
    assert words.state_word(State.RUNNING, stale=True) == "No data"
    assert words.state_word(None, stale=False) == "No data"
    assert words.state_word(len(names.STATES), stale=False) == "No data"
    assert len(words.STATE_CLASSES) == len(names.STATES)


def test_an_unknown_priority_counts_as_the_worst():
    assert [words.priority_word(number) for number in (0, 1, 2, 3, 9, -1)] == [
        "TECHNICAL", "LOW", "MEDIUM", "HIGH", "HIGH", "HIGH",
    ]  # fmt: skip


def test_the_title_counts_the_worst_priority_only():
    assert words.title_prefix([]) == ""
    assert words.title_prefix([1, 3, 2]) == "(1 HIGH) "
    assert words.title_prefix([2, 1, 2]) == "(2 MEDIUM) "


def test_a_clock_time_names_its_day_when_it_is_not_today():
    assert words.clock(NOW - timedelta(minutes=3), NOW) == "14:00:12"
    assert words.clock(NOW - timedelta(days=1), NOW) == "13 Mar 2026 14:03:12"
    assert words.since(NOW - timedelta(minutes=3), NOW) == "3 min ago"


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_a_shown_number_is_within_half_of_its_last_digit(value_nl, decimals):
    text = words.fixed(value_nl, words.NL_PER_ML, decimals).replace(MINUS, "-")
    digits = int(text.replace(".", "").lstrip("-") or "0")
    shown_nl = digits * (words.NL_PER_ML // 10**decimals) * (-1 if text.startswith("-") else 1)
    assert abs(shown_nl - value_nl) * 2 <= words.NL_PER_ML // 10**decimals


@given(st.integers(0, 10**12))
def test_what_is_shown_as_left_is_never_above_the_source(left_nl):
    shown = words.volume_left(left_nl).removesuffix(" mL")
    whole, part = shown.split(".")
    assert int(whole + part) * (words.NL_PER_ML // 10 ** len(part)) <= left_nl


def test_a_pump_without_patient_or_place_still_has_a_name():
    assert words.patient("") == "No patient"
    assert words.where("", "W1") == "W1"
    assert words.where("Home", "W1") == "Home \u00b7 W1"


def test_alerts_are_counted_by_priority_worst_first():
    assert words.counts_of([]) == ""
    assert words.counts_of([1, 3, 1, 2]) == "1 HIGH, 1 MEDIUM, 2 LOW"


def test_the_age_of_what_is_shown_becomes_how_long_nothing_came():
    assert words.data_age(400, stale=False) == "Data now"
    assert words.data_age(42_000, stale=False) == "Data 42 s ago"
    assert words.data_age(185_000, stale=True) == "no data for 3 min"
    assert words.data_age(None, stale=True) == "no data yet"
