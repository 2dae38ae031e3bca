"""What a prescriber writes in the form, as an order; and every box that cannot be read."""

from __future__ import annotations

import pytest

from clinic.desk.order_form import GROUPS, LABELS, FormError, order_of
from clinic.order_model import Bolus, ClinicianBolus, Kvo, Load, Order, Step
from clinic.prescribing.library import ORDER_FIELDS

PLAIN = {
    "profile": "KET_HOME_TEST",
    "patient_class": "adult",
    "weight_g": "70.5",
    "conc_mg_ml": "1",
    "bag_ml": "250",
    "vtbi_ml": " 50 ",
    "dose_mg_kg_h": "0.1",
    "action": "work-out",
}
EVERYTHING = PLAIN | {
    "steps": "30 0.05\n\n  90   0.075\n",
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
    "max_hour_ml": "10",
    "max_4h_ml": "30",
    "max_day_ml": "60",
    "min_minutes": "10",
    "max_minutes": "720",
    "occlusion_pa": "40.5",
    "override:dose_mg_kg_h": "weaning",
    "override:max_minutes": "",
}


def test_a_plain_form_is_an_order_without_what_was_left_empty() -> None:
    order = Order("KET_HOME_TEST", "0.1", "1", "50", 70_500, "250", "adult")
    assert order_of(PLAIN) == order
    empty = {field.name: "" for group in GROUPS if group.optional for field in group.fields}
    assert order_of(PLAIN | empty) == order


def test_a_full_form_is_an_order_with_everything() -> None:
    assert order_of(EVERYTHING) == Order(
        "KET_HOME_TEST",
        "0.1",
        "1",
        "50",
        70_500,
        "250",
        "adult",
        steps=(Step(30, "0.05"), Step(90, "0.075")),
        load=Load("0.05", 15),
        bolus=Bolus("1", "60", 10, 20),
        clinician_bolus=ClinicianBolus("2", 20),
        kvo=Kvo("0.1", 60),
        min_minutes=10,
        max_minutes=720,
        max_hour_ml="10",
        max_4h_ml="30",
        max_day_ml="60",
        occlusion_pa=40_500,
        overrides={"dose_mg_kg_h": "weaning"},
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"profile": ""}, "profile"),
        ({"patient_class": ""}, "patient_class"),
        ({"bag_ml": " "}, "bag_ml"),
        ({"weight_g": "70,5"}, "weight_g"),
        ({"weight_g": "70.0005"}, "weight_g"),
        ({"kvo.minutes": ""}, "kvo.minutes"),
        ({"bolus.dose_mg": "", "bolus.rate_ml_h": ""}, "bolus.dose_mg"),
        ({"bolus.count": "2.5"}, "bolus.count"),
        ({"bolus.count": "-2"}, "bolus.count"),
        ({"load.minutes": "١"}, "load.minutes"),
        ({"max_minutes": "9999999"}, "max_minutes"),
        ({"steps": "30"}, "steps"),
        ({"steps": "30 0.1 min"}, "steps"),
        ({"steps": "x 0.1"}, "steps"),
        ({"dose_mg_kg_h": 0.1}, "dose_mg_kg_h"),
        ({"vtbi_ml": "1" * 2_001}, "vtbi_ml"),
        ({"override:vtbi_ml": ["weaning"]}, "override:vtbi_ml"),
    ],
)
def test_a_box_that_cannot_be_read_is_named(change: dict, field: str) -> None:
    with pytest.raises(FormError) as refusal:
        order_of(EVERYTHING | change)
    assert refusal.value.field == field and str(refusal.value)


def test_every_field_that_the_library_can_name_has_a_label() -> None:
    for name in ORDER_FIELDS.values():
        assert name in LABELS, name
