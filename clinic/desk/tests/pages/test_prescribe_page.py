"""The prescriber's form, in a real browser: what it comes to, what blocks it, and a draft that is kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from clinic.desk.tests.bench_desk import KETAMINE
from clinic.desk.tests.pages.conftest import Watched
from clinic.desk.tests.pages.test_access import NAMELESS, OVERFLOW

pytestmark = pytest.mark.alone

PATH = f"/pump/{KETAMINE}/prescribe"
PCA = {
    "weight_g": "70",
    "conc_mg_ml": "1",
    "bag_ml": "50",
    "vtbi_ml": "30",
    "dose_mg_kg_h": "0.01",
    "steps": "30 0.014",
    "load.dose_mg_kg": "0.05",
    "load.minutes": "15",
    "bolus.dose_mg": "1",
    "bolus.rate_ml_h": "60",
    "bolus.lockout_minutes": "10",
    "bolus.count": "20",
    "clinician_bolus.dose_mg": "2",
    "clinician_bolus.minutes": "20",
    "kvo.rate_ml_h": "0.1",
    "kvo.minutes": "60",
    "max_4h_ml": "28",
}
LIDOCAINE = {
    "weight_g": "70",
    "conc_mg_ml": "10",
    "bag_ml": "250",
    "vtbi_ml": "50",
    "dose_mg_kg_h": "1.2",
}


@pytest.fixture
def form(prescriber: Watched) -> Watched:
    prescriber.go(f"/pump/{KETAMINE}")
    prescriber.page.get_by_role("link", name="Prescribe").click()
    prescriber.page.wait_for_selector(".order-form")
    return prescriber


def write(form: Watched, profile: str, values: dict[str, str]) -> None:
    form.page.select_option("[name=profile]", profile)
    form.page.select_option("[name=patient_class]", "adult")
    for name, text in values.items():
        form.page.fill(f'[name="{name}"]', text)


def press(form: Watched, name: str) -> None:
    form.page.get_by_role("button", name=name).click()


def test_everything_is_worked_out_shown_in_lines_and_kept_as_a_draft(form: Watched) -> None:
    write(form, "PCA_TEST", PCA)
    expect(form.page.get_by_role("button", name="Keep draft")).to_be_hidden()
    press(form, "Work out")
    worked = form.page.get_by_role("region", name="Worked out")
    for line in (
        "0.01 mg/kg/h × 70 kg ÷ 1 mg/mL = 0.7 mL/h",
        "0.7 mL/h; from 30 min 0.98 mL/h",
        "3.5 mg (3.5 mL) in 15 min, 14 mL/h",
        "at most 20, lockout 10 min from the end of each",
        "0.1 mL/h for at most 1 h",
        "28 mL in 4 h",
    ):
        expect(worked).to_contain_text(line)
    press(form, "Keep draft")
    expect(form.page.get_by_role("alert").filter(has_text="Draft 1 is kept.")).to_be_visible()
    expect(form.page.get_by_role("button", name="Keep draft")).to_be_hidden()
    [(pump_id, user, order, _)] = form.bench("draft_list")
    assert (pump_id, user) == (KETAMINE, "noor")
    assert order["bolus"] == {
        "dose_mg": "1",
        "rate_ml_h": "60",
        "lockout_minutes": 10,
        "count": 20,
    }
    assert order["steps"] == [{"minute": 30, "dose_mg_kg_h": "0.014"}]


def test_a_hard_limit_is_said_and_leaves_nothing_to_keep(form: Watched) -> None:
    write(form, "PCA_TEST", PCA | {"bolus.dose_mg": "2.5"})
    press(form, "Work out")
    finding = form.page.locator(".finding-high").first
    expect(finding).to_contain_text("Bolus: 2.5 mg is above the hard limit of 2 mg.")
    expect(form.page.get_by_role("button", name="Keep draft")).to_be_hidden()
    box = form.page.locator('[name="bolus.dose_mg"]')
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_value("2.5")


def test_a_soft_limit_is_kept_only_with_a_reason_and_words(form: Watched) -> None:
    write(form, "LID_LOW", LIDOCAINE)
    press(form, "Work out")
    expect(form.page.locator(".finding-medium")).to_contain_text("above the soft limit")
    press(form, "Keep draft")
    alert = form.page.get_by_role("alert")
    expect(alert.filter(has_text="Choose a reason for it")).to_be_visible()
    form.page.get_by_label("Reason: Dose rate").select_option("specialist_advice")
    press(form, "Keep draft")
    expect(alert.filter(has_text="write why, in 10 to 500 characters")).to_be_visible()
    expect(form.page.get_by_label("Reason: Dose rate")).to_have_value("specialist_advice")
    form.page.get_by_label("In your own words").fill("Advised by the pain team on Tuesday")
    # What is being written is still there after the page's own ticks.
    form.page.wait_for_timeout(1_200)
    press(form, "Keep draft")
    expect(alert.filter(has_text="Draft 1 is kept.")).to_be_visible()
    [(_, _, order, reason)] = form.bench("draft_list")
    assert order["overrides"] == {"dose_mg_kg_h": "specialist_advice"}
    assert reason == "Advised by the pain team on Tuesday"


def test_a_box_that_cannot_be_read_is_named_and_marked(form: Watched) -> None:
    write(form, "LID_LOW", LIDOCAINE | {"kvo.minutes": "60"})
    press(form, "Work out")
    alert = form.page.get_by_role("alert").filter(
        has_text="Keep vein open, Rate, mL/h: write a number"
    )
    expect(alert).to_be_visible()
    invalid = form.page.locator("[aria-invalid=true]")
    expect(invalid).to_have_attribute("name", "kvo.rate_ml_h")
    form.page.fill('[name="kvo.minutes"]', "")
    press(form, "Work out")
    expect(form.page.locator(".formula")).to_be_visible()


def test_only_a_prescriber_gets_the_form(anna: Watched) -> None:
    anna.go(f"/pump/{KETAMINE}")
    expect(anna.page.get_by_role("region", name="Prescription")).to_contain_text("7 mL/h")
    assert anna.page.get_by_role("link", name="Prescribe").count() == 0
    anna.go(PATH)
    expect(anna.page.get_by_text("Only a prescriber may write a prescription.")).to_be_visible()
    assert anna.page.locator(".order-form").count() == 0


def test_the_form_has_names_and_room_on_a_phone_and_at_200_percent(form: Watched) -> None:
    write(form, "LID_LOW", LIDOCAINE)
    press(form, "Work out")
    expect(form.page.locator(".finding-medium")).to_be_visible()
    page = form.page
    assert page.evaluate(NAMELESS) == []
    assert page.locator("h1").count() == 1
    page.set_viewport_size({"width": 360, "height": 780})
    page.wait_for_timeout(200)
    assert page.evaluate(OVERFLOW) == 0
    page.set_viewport_size({"width": 1280, "height": 900})
    page.add_style_tag(content="html { font-size: 200% }")
    page.wait_for_timeout(200)
    assert page.evaluate(OVERFLOW) == 0
