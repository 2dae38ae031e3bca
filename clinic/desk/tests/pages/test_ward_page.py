"""The ward, in a real browser: alarms come, stay, are taken and go; stale data is never shown as
current.
"""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from clinic.desk.tests.bench_desk import KETAMINE, LIDOCAINE, MAGNESIUM
from shared import alarm_sentences, alarm_table

pytestmark = pytest.mark.alone

# The desk must show an alarm within 1 s of the backend knowing; the rest is for a busy machine.
ALARM_DEADLINE_MS = 3_000
HEALTHY = (
    "Ann Bell",
    "Home",
    "W1",
    "Ketamine 1 mg/mL",
    "Running",
    "0.1 mg/kg/h",
    "7.0 mL/h",
    "12.4 mL",
    "87.5 mL",
    "3.2 kPa",
    "84 %",
    "12 %",
    "Data now",
)
MOVING = """document.getAnimations()
  .map(a => a.effect.target.closest('.alert')?.className ?? 'other')"""
OCCLUSION_TEXT = alarm_sentences.SENTENCES[alarm_table.DOWNSTREAM_OCCLUSION]


def tile(nurse, pump_id):
    return nurse.page.locator(f'.tile[data-pump="{pump_id}"]')


def test_the_ward_lists_three_pumps_with_all_their_numbers_and_no_colour(nurse):
    expect(nurse.page.locator(".tile")).to_have_count(3)
    text = tile(nurse, KETAMINE).inner_text()
    for part in HEALTHY:
        assert part in text
    expect(nurse.page.get_by_text("No alerts. The ward is quiet.")).to_be_visible()
    expect(nurse.page).to_have_title("Vigil")
    assert nurse.page.locator(".is-high:visible, .is-medium:visible, .is-low:visible").count() == 0
    expect(nurse.page.get_by_text("3 pumps: 3 running")).to_be_visible()


def test_an_alarm_appears_is_taken_in_a_name_stays_and_goes_with_its_cause(nurse):
    started = time.monotonic()
    alert_id = nurse.bench("raise_alarm", LIDOCAINE, alarm_table.DOWNSTREAM_OCCLUSION)
    row = nurse.page.locator(f'[data-alert="{alert_id}"]')
    expect(row).to_be_visible(timeout=ALARM_DEADLINE_MS)
    print(f"alarm on screen after {time.monotonic() - started:.2f} s")
    for part in ("HIGH", OCCLUSION_TEXT, "Omar Said", "W2", "Nobody has it yet"):
        expect(row).to_contain_text(part)
    expect(row.locator('[data-shape="high"]')).to_be_visible()
    expect(nurse.page).to_have_title("(1 HIGH) Vigil")
    expect(nurse.page.locator(".tile").first).to_have_attribute("data-pump", LIDOCAINE)
    expect(tile(nurse, LIDOCAINE)).to_contain_text("Alarm")
    expect(tile(nurse, LIDOCAINE)).to_contain_text("0 mL/h")
    expect(nurse.page.locator('.sr[role="alert"]')).to_contain_text(
        f"HIGH: {OCCLUSION_TEXT}. Omar Said"
    )

    nurse.page.wait_for_timeout(600)  # a row that has just come in is not pressed by mistake
    row.get_by_role("button", name=re.compile("^Acknowledge")).click()
    expect(row).to_contain_text("Anna Lee has it")
    expect(row.get_by_role("button", name=re.compile("^Acknowledge"))).to_be_hidden()
    expect(nurse.page).to_have_title("(1 HIGH) Vigil")
    nurse.page.wait_for_timeout(1_200)
    expect(row).to_be_visible()

    nurse.bench("cause_gone", alert_id)
    expect(row).to_have_count(0)
    expect(nurse.page).to_have_title("Vigil")


def test_an_alarm_whose_cause_went_stays_until_somebody_has_seen_it(nurse):
    alert_id = nurse.bench("raise_alarm", KETAMINE, alarm_table.NEAR_END)
    nurse.bench("cause_gone", alert_id)
    row = nurse.page.locator(f'[data-alert="{alert_id}"]')
    expect(row).to_contain_text("Cause gone")
    nurse.page.wait_for_timeout(600)
    row.get_by_role("button", name=re.compile("^Acknowledge")).click()
    expect(row).to_have_count(0)


def test_alerts_stand_worst_first_with_shape_and_word(nurse):
    nurse.bench("raise_alarm", KETAMINE, alarm_table.NEAR_END)
    nurse.bench("go_silent", MAGNESIUM, 185_000)
    nurse.bench("raise_alarm", LIDOCAINE, alarm_table.AIR_IN_LINE)
    expect(nurse.page.locator(".alert")).to_have_count(3)
    expect(nurse.page.locator(".alert-priority")).to_have_text(["HIGH", "MEDIUM", "LOW"])
    shapes = nurse.page.locator(".alert [data-shape]")
    assert [shape.get_attribute("data-shape") for shape in shapes.all()] == [
        "high",
        "medium",
        "low",
    ]
    assert nurse.page.locator(".tile").nth(0).get_attribute("data-pump") == LIDOCAINE
    assert nurse.page.locator(".tile").nth(1).get_attribute("data-pump") == MAGNESIUM


def test_a_stale_tile_shows_its_age_and_no_rate(nurse):
    nurse.bench("go_silent", MAGNESIUM, 185_000)
    silent = tile(nurse, MAGNESIUM)
    expect(silent).to_contain_text("no data for 3 min")
    expect(silent.locator(".state-word")).to_have_text("No data")
    text = silent.inner_text()
    for part in ("mL/h", "kPa", "Running", "58 %"):
        assert part not in text
    assert "Ilse van den Berg" in text and "It may still be delivering." in text


def test_an_uncertain_volume_is_an_interval_and_an_unknown_value_is_a_word(nurse):
    numbers = {"given_min_nl": 12_400_000, "given_max_nl": 12_500_000, "battery_permille": None}
    nurse.bench("change_numbers", KETAMINE, numbers)
    expect(tile(nurse, KETAMINE)).to_contain_text("12.4\u201312.5 mL")
    expect(tile(nurse, KETAMINE)).to_contain_text("unknown")


def test_focus_stays_on_its_tile_while_the_ward_reorders(nurse):
    link = tile(nurse, MAGNESIUM).get_by_role("link")
    link.focus()
    nurse.bench("raise_alarm", MAGNESIUM, alarm_table.AIR_IN_LINE)
    expect(nurse.page.locator(".tile").first).to_have_attribute("data-pump", MAGNESIUM)
    expect(link).to_be_focused()


def test_a_page_without_contact_greys_itself_and_records_that_cannot_be_read_are_said(nurse):
    nurse.bench("hang", True)
    expect(nurse.page.get_by_text("No contact with the desk since")).to_be_visible()
    opacity = nurse.page.evaluate("getComputedStyle(document.querySelector('#main')).opacity")
    assert float(opacity) < 0.5
    nurse.bench("fail", True)
    nurse.bench("hang", False)
    expect(nurse.page.get_by_text("The desk cannot read its records.")).to_be_visible()
    expect(nurse.page.get_by_text("No contact with the desk since")).to_be_hidden()
    expect(tile(nurse, KETAMINE).locator(".state-word")).to_have_text("No data")
    nurse.bench("fail", False)
    expect(nurse.page.get_by_text("The desk cannot read its records.")).to_be_hidden()
    expect(tile(nurse, KETAMINE)).to_contain_text("7.0 mL/h")


def test_only_a_high_that_nobody_has_blinks_and_not_for_those_who_asked_for_less(nurse):
    nurse.bench("raise_alarm", LIDOCAINE, alarm_table.AIR_IN_LINE)
    nurse.bench("raise_alarm", KETAMINE, alarm_table.BATTERY_LOW)
    expect(nurse.page.locator(".alert")).to_have_count(2)
    moving = nurse.page.evaluate(MOVING)
    assert len(moving) == 1 and "is-high" in moving[0] and "open" in moving[0]
    nurse.page.emulate_media(reduced_motion="reduce")
    assert nurse.page.evaluate("document.getAnimations().length") == 0


def test_sound_is_off_until_it_is_allowed(nurse):
    control = nurse.page.get_by_role("button", name="Sound off")
    expect(control).to_have_attribute("aria-pressed", "false")
    control.click()
    allowed = nurse.page.get_by_role("button", name="Sound on")
    expect(allowed).to_have_attribute("aria-pressed", "true")
