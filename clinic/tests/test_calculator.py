"""Everything that can be prescribed, from an order to the pump's numbers and to lines for people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clinic.order_model import Bolus, ClinicianBolus, Kvo, Load, Order, Step
from clinic.prescribing import terms
from clinic.prescribing.calculator import work_out
from clinic.prescribing.errors import PrescribingError
from clinic.prescribing.limits import STROKES_NL
from clinic.prescribing.proposal import propose
from shared import drug_library, prescription

BOLUS = Bolus("1", "60", 10, 20)
PCA = Order(
    "PCA_TEST",
    "0.01",
    "1",
    "30",
    70_000,
    "50",
    "adult",
    steps=(Step(30, "0.014"),),
    load=Load("0.05", 15),
    bolus=BOLUS,
    clinician_bolus=ClinicianBolus("2", 20),
    kvo=Kvo("0.1", 60),
)


def test_an_order_with_everything_is_worked_out_whole_and_passes_the_library() -> None:
    fields = work_out(PCA).fields
    wanted = {
        "segments": [[0, 700_000], [30, 980_000]],
        "load_nl": 3_500_000,
        "load_rate_nl_h": 14_000_000,
        "max_bolus_nl": 1_000_000,
        "bolus_rate_nl_h": 60_000_000,
        "max_boluses": 20,
        "lockout_s": 600,
        "clinician_bolus_nl": 2_000_000,
        "clinician_bolus_minutes": 20,
        "kvo_rate_nl_h": 100_000,
        "kvo_minutes": 60,
        "bag_nl": 50_000_000,
        "patient_class": 1,
        "overrides": [],
        "min_minutes": 10,
    }
    assert {name: fields[name] for name in wanted} == wanted
    assert drug_library.check(fields) == []
    assert prescription.decode(prescription.encode(fields)) == fields


def test_what_is_not_ordered_is_nothing_in_every_field_of_it() -> None:
    fields = work_out(
        replace(PCA, steps=(), load=None, bolus=None, clinician_bolus=None, kvo=None)
    ).fields
    assert fields["segments"] == [[0, 700_000]]
    for _, name, *_ in prescription.fields():
        if name.startswith(("load", "max_bolus", "bolus", "lockout", "clinician", "kvo")):
            assert fields[name] == 0, name
    prescription.check_shape(fields)


def test_volumes_and_rates_round_towards_less_drug() -> None:
    fields = work_out(replace(PCA, weight_g=70_001, load=Load("0.033333", 13))).fields
    assert fields["load_nl"] == 2_333_343  # 2,333,343.333…
    assert fields["load_rate_nl_h"] == 10_769_275  # 10,769,275.38…
    assert fields["segments"][1][1] == 980_014


def test_proposed_limits_leave_room_for_every_bolus_and_stay_inside_the_library() -> None:
    fields = work_out(PCA).fields
    assert fields["max_hour_nl"] == 10_000_000  # the library's cap
    assert fields["max_4h_nl"] == 30_000_000
    few = work_out(
        replace(PCA, load=None, clinician_bolus=None, bolus=replace(BOLUS, count=2), vtbi_ml="20")
    ).fields
    assert few["max_hour_nl"] == prescription.most_nl(few, 60) * 11 // 10 + STROKES_NL
    assert drug_library.check(few | {"max_minutes": 1_440}) == []


def test_written_limits_are_taken_as_they_are() -> None:
    written = replace(
        PCA, max_hour_ml="9", max_4h_ml="25", max_day_ml="60", min_minutes=30, max_minutes=600
    )
    fields = work_out(written).fields
    names = ("max_hour_nl", "max_4h_nl", "max_day_nl", "min_minutes", "max_minutes")
    assert [fields[name] for name in names] == [9_000_000, 25_000_000, 60_000_000, 30, 600]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"steps": (Step(30, "0"),)}, "steps"),
        ({"load": Load("x", 15)}, "load.dose_mg_kg"),
        ({"load": Load("0.05", 0)}, "load.minutes"),
        ({"bolus": replace(BOLUS, dose_mg="0.0000009")}, "bolus.dose_mg"),
        ({"bolus": replace(BOLUS, rate_ml_h="-1")}, "bolus.rate_ml_h"),
        ({"bolus": replace(BOLUS, lockout_minutes=0)}, "bolus.lockout_minutes"),
        ({"bolus": replace(BOLUS, count=0)}, "bolus.count"),
        ({"clinician_bolus": ClinicianBolus("2", 0)}, "clinician_bolus.minutes"),
        ({"kvo": Kvo("0.1", 0)}, "kvo.minutes"),
        ({"patient_class": ""}, "patient_class"),
    ],
)
def test_a_part_that_cannot_be_used_is_named(change: dict, field: str) -> None:
    with pytest.raises(PrescribingError) as refusal:
        work_out(replace(PCA, **change))
    assert refusal.value.field == field
    proposal = propose(replace(PCA, **change))
    assert (proposal.field, proposal.refusal) == (field, str(refusal.value))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"steps": (Step(5, "0.014"),)}, "dose_mg_kg_h"),
        ({"load": Load("0.05", 9)}, "load.minutes"),
        ({"load": Load("0.08", 15)}, "load.dose_mg_kg"),
        ({"bolus": replace(BOLUS, dose_mg="2.1")}, "bolus.dose_mg"),
        ({"bolus": replace(BOLUS, rate_ml_h="61")}, "bolus.rate_ml_h"),
        ({"bolus": replace(BOLUS, lockout_minutes=4)}, "bolus.lockout_minutes"),
        ({"bolus": replace(BOLUS, count=121)}, "bolus.count"),
        ({"clinician_bolus": ClinicianBolus("5", 20)}, "clinician_bolus.dose_mg"),
        ({"clinician_bolus": ClinicianBolus("2", 9)}, "clinician_bolus.minutes"),
        ({"kvo": Kvo("0.8", 60)}, "kvo.rate_ml_h"),
        ({"bag_ml": "29"}, "bag_ml"),
        ({"max_4h_ml": "31"}, "max_4h_ml"),
        ({"min_minutes": 1_400}, "vtbi_ml"),
        ({"patient_class": "frail_adult"}, "dose_mg_kg_h"),
    ],
)
def test_what_the_library_refuses_is_told_by_the_field_of_the_order(
    change: dict, field: str
) -> None:
    findings = propose(replace(PCA, **change)).findings
    assert findings[0].severity == "hard"
    assert field in [finding.field for finding in findings]


def test_the_dose_of_several_rates_is_told_from_the_lowest_to_the_highest() -> None:
    assert work_out(PCA).dose == "0.01 to 0.014 mg/kg/h in 2 rates"
    assert work_out(replace(PCA, steps=())).dose == "0.01 mg/kg/h"


def test_terms_say_what_will_be_given_and_what_it_may_not_pass() -> None:
    answered = replace(PCA, max_hour_ml="2", overrides={"max_hour_ml": "protocol"})
    assert terms.lines(work_out(answered).fields) == (
        ("Rate", "0.7 mL/h; from 30 min 0.98 mL/h"),
        ("Loading dose", "3.5 mg (3.5 mL) in 15 min, 14 mL/h"),
        ("Patient bolus", "1 mg (1 mL) at 60 mL/h"),
        ("Boluses", "at most 20, lockout 10 min from the end of each"),
        ("Clinician bolus", "2 mg (2 mL) in 20 min"),
        ("KVO", "0.1 mL/h for at most 1 h"),
        ("Volume", "30 mL of 50 mL in the bag"),
        ("Time", "at least 10 min, at most 24 h"),
        ("At most", "2 mL in 1 h, 30 mL in 4 h, 170.6 mL in 24 h"),
        ("Patient", "adult, 70 kg"),
        ("Past a soft limit", "Limit for one hour: approved protocol"),
    )
