"""One pump's page, in a real browser: its drawing, its journal, its one command."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from clinic.desk.tests.bench_desk import KETAMINE, LIDOCAINE
from shared import alarm_table

pytestmark = pytest.mark.alone

# The drawn lines that are as wide as a lane.
LINES = """[...document.querySelectorAll('.chart svg path[fill="none"]')]
  .map(path => path.getBBox()).filter(box => box.width > 300)"""
ANSWERS = {
    "done": "Done: the pump has stopped.",
    "refused: stale challenge": "Refused by the pump: stale challenge.",
    "unknown": "Unknown: nobody can say whether the pump stopped.",
}


@pytest.fixture
def pump(anna):
    anna.go(f"/pump/{LIDOCAINE}")
    anna.page.wait_for_function(f"{LINES}.length >= 3")
    return anna


def test_the_page_says_who_what_and_how_each_value_is_known(pump):
    expect(pump.page.get_by_role("heading", name="Omar Said")).to_be_visible()
    for part in ("Day unit bed 2", "W2", "Lidocaine 8 mg/mL", "Running"):
        expect(pump.page.locator(".identity")).to_contain_text(part)
    facts = pump.page.locator(".fact-row")
    for part in ("1 mg/kg/h", "9.38 mL/h", "21.5 mL", "78.4 mL", "of 100.0 mL", "3.9 kPa", "71 %"):
        expect(facts).to_contain_text(part)
    for known in ("reported", "computed", "measured"):
        expect(facts).to_contain_text(known)
    expect(pump.page).to_have_title("W2 · Vigil")


def test_three_lanes_are_drawn_over_one_time_axis(pump):
    for title in ("Rate, mL/h", "Given, mL", "Line pressure, kPa"):
        expect(pump.page.locator(".chart").get_by_text(title)).to_be_visible()
    left = pump.page.evaluate(f"{LINES}.map(box => Math.round(box.x))")
    assert len(left) >= 3 and max(left) - min(left) <= 2


def test_the_length_of_the_axis_can_be_chosen(pump):
    hour = pump.page.get_by_role("button", name="1 h", exact=True)
    hour.click()
    expect(hour).to_have_attribute("aria-pressed", "true")
    expect(pump.page.get_by_role("img", name=re.compile("last 1 h"))).to_be_visible()


def test_a_zoomed_drawing_stays_until_one_goes_back_to_live(pump):
    expect(pump.page.get_by_text("Live", exact=True)).to_be_visible()
    box = pump.page.locator(".chart").bounding_box()
    pump.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 80)
    pump.page.keyboard.down("Control")
    pump.page.mouse.wheel(0, -400)
    pump.page.keyboard.up("Control")
    back = pump.page.get_by_role("button", name="Back to live")
    expect(back).to_be_visible()
    back.click()
    expect(back).to_be_hidden()


def test_the_journal_is_newest_first_and_grows_at_the_top(pump):
    rows = pump.page.locator(".events tbody tr")
    expect(rows).to_have_count(6)
    pump.bench("raise_alarm", LIDOCAINE, alarm_table.DOWNSTREAM_OCCLUSION)
    expect(rows).to_have_count(7)
    expect(rows.first).to_contain_text("alarm raised: Line blocked below the pump")
    assert [row.get_attribute("data-seq") for row in rows.all()] == [
        str(n) for n in range(7, 0, -1)
    ]


def test_only_this_pumps_alerts_stand_on_its_page_but_the_title_counts_all(pump):
    pump.bench("raise_alarm", KETAMINE, alarm_table.AIR_IN_LINE)
    expect(pump.page).to_have_title("(1 HIGH) W2 · Vigil")
    expect(pump.page.get_by_text("No alerts for this pump.")).to_be_visible()
    expect(pump.page.get_by_text("Other pumps: 1 HIGH")).to_be_visible()
    pump.bench("raise_alarm", LIDOCAINE, alarm_table.DOWNSTREAM_OCCLUSION)
    expect(pump.page.locator(".alert")).to_have_count(1)
    expect(pump.page.locator(".identity")).to_contain_text("Alarm")


def test_stop_asks_first_and_shows_one_of_three_results(pump):
    stop = pump.page.locator(".identity .btn-stop")
    stop.click()
    dialog = pump.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Stop the pump of Omar Said?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert pump.bench("stop_list") == []
    for sent, (answer, shown) in enumerate(ANSWERS.items(), start=1):
        stop.click()
        dialog.get_by_role("button", name="Stop pump").click()
        expect(pump.page.get_by_text("Waiting for the pump to answer.")).to_be_visible()
        expect(stop).to_be_disabled()
        assert pump.bench("stop_list") == [[LIDOCAINE, "anna"]] * sent
        pump.bench("answer_stop", answer)
        expect(pump.page.get_by_text(shown)).to_be_visible()
        expect(stop).to_be_enabled()


def test_stop_works_by_keyboard_alone_and_escape_leaves_it(pump):
    stop = pump.page.locator(".identity .btn-stop")
    stop.focus()
    pump.page.keyboard.press("Enter")
    dialog = pump.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    inside = "document.querySelector('.question').contains(document.activeElement)"
    pump.page.wait_for_function(inside)
    pump.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert pump.bench("stop_list") == []


def test_a_stale_pump_shows_no_facts_and_stop_says_that_it_is_not_heard(pump):
    pump.bench("go_silent", LIDOCAINE, 185_000)
    expect(pump.page.locator(".identity")).to_contain_text("no data for 3 min")
    expect(pump.page.locator(".fact-row")).to_be_hidden()
    pump.page.get_by_role("button", name="Stop pump").click()
    expect(pump.page.get_by_role("dialog")).to_contain_text("This pump is not heard now.")
