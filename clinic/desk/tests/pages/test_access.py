"""Narrow screens, large text, keyboard, names and landmarks, light and dark, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from clinic.desk.tests.bench_desk import KETAMINE, LIDOCAINE, MAGNESIUM
from shared import alarm_table

pytestmark = pytest.mark.alone

PAGES = ["/", f"/pump/{LIDOCAINE}"]
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NAMELESS = """[...document.querySelectorAll('button, a[href], input:not([type=hidden]), summary')]
  .filter(e => !(e.textContent.trim() || e.getAttribute('aria-label') || e.closest('label')))
  .map(e => e.outerHTML)"""
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


def busy_ward(watched):
    watched.bench("raise_alarm", LIDOCAINE, alarm_table.DOWNSTREAM_OCCLUSION)
    watched.bench("raise_alarm", KETAMINE, alarm_table.NEAR_END)
    watched.bench("go_silent", MAGNESIUM, 185_000)


@pytest.mark.parametrize("path", [*PAGES, "/login"])
def test_each_page_has_names_landmarks_and_room_on_a_phone_and_at_200_percent(anna, visitor, path):
    busy_ward(anna)
    watched = visitor if path == "/login" else anna
    page = watched.page
    watched.go(path)
    page.wait_for_selector("#main")
    if path != "/login":
        page.wait_for_selector(".alert")
    assert page.evaluate(NAMELESS) == []
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("banner").count() == (0 if path == "/login" else 1)
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    page.set_viewport_size({"width": 360, "height": 780})
    page.wait_for_timeout(200)
    assert page.evaluate(OVERFLOW) == 0
    page.set_viewport_size({"width": 1280, "height": 900})
    page.add_style_tag(content="html { font-size: 200% }")
    page.wait_for_timeout(200)
    assert page.evaluate(OVERFLOW) == 0


def test_the_first_tab_skips_to_the_content_and_every_alert_can_be_reached(nurse):
    alert_id = nurse.bench("raise_alarm", LIDOCAINE, alarm_table.DOWNSTREAM_OCCLUSION)
    expect(nurse.page.locator(f'[data-alert="{alert_id}"]')).to_be_visible()
    nurse.page.keyboard.press("Tab")
    expect(nurse.page.get_by_text("Skip to content")).to_be_focused()
    names = []
    for _ in range(12):
        nurse.page.keyboard.press("Tab")
        names.append(nurse.page.evaluate("document.activeElement.innerText"))
        if names[-1] == "Acknowledge":
            break
    assert names[-1] == "Acknowledge"
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert nurse.page.evaluate(outline) == "solid"
    nurse.page.wait_for_timeout(600)
    nurse.page.keyboard.press("Enter")
    expect(nurse.page.locator(f'[data-alert="{alert_id}"]')).to_contain_text("Anna Lee has it")
    expect(nurse.page.locator(f'[data-alert="{alert_id}"]')).to_be_focused()


def test_light_and_dark_can_be_chosen_and_are_kept(nurse):
    nurse.page.locator("details.account > summary").click()
    nurse.page.get_by_label("Dark").check()
    nurse.page.wait_for_function(f"{BACKGROUND} === 'rgb(13, 18, 23)'")
    nurse.page.reload()
    nurse.page.wait_for_function(f"{BACKGROUND} === 'rgb(13, 18, 23)'")
    nurse.page.locator("details.account > summary").click()
    nurse.page.get_by_label("Light").check()
    nurse.page.wait_for_function(f"{BACKGROUND} === 'rgb(243, 245, 247)'")
    nurse.page.get_by_label("System").check()


def test_the_system_s_choice_is_followed_until_somebody_chooses(nurse):
    nurse.page.emulate_media(color_scheme="dark")
    nurse.page.wait_for_function(f"{BACKGROUND} === 'rgb(13, 18, 23)'")
    nurse.page.emulate_media(color_scheme="light")
    nurse.page.wait_for_function(f"{BACKGROUND} === 'rgb(243, 245, 247)'")
