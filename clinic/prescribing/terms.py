"""A prescription as lines for people: what will be given, how fast, how often, and what it may not pass. Pure."""

from __future__ import annotations

from typing import Any

from clinic import texts
from shared import names, prescription, units
from shared.drug_words import FIELD_TEXTS

Line = tuple[str, str]


def lines(fields: dict[str, Any]) -> tuple[Line, ...]:
    """(what, value). `fields` has passed shared.prescription.check_shape. What is not prescribed has no line."""
    conc = fields["conc_ng_ml"]
    found = [("Rate", _rates(fields["segments"]))]
    if fields["load_nl"]:
        minutes = units.divide_up(fields["load_nl"] * 60, fields["load_rate_nl_h"])
        speed = texts.rate(fields["load_rate_nl_h"])
        found.append(
            ("Loading dose", f"{_dose(fields['load_nl'], conc)} in {minutes} min, {speed}")
        )
    if fields["max_bolus_nl"]:
        speed = texts.rate(fields["bolus_rate_nl_h"])
        found.append(("Patient bolus", f"{_dose(fields['max_bolus_nl'], conc)} at {speed}"))
        lockout = f"lockout {texts.minutes(-(-fields['lockout_s'] // 60))} from the end of each"
        found.append(("Boluses", f"at most {fields['max_boluses']}, {lockout}"))
    if fields["clinician_bolus_nl"]:
        dose = _dose(fields["clinician_bolus_nl"], conc)
        found.append(("Clinician bolus", f"{dose} in {fields['clinician_bolus_minutes']} min"))
    if fields["kvo_rate_nl_h"]:
        until = texts.minutes(fields["kvo_minutes"])
        found.append(("KVO", f"{texts.rate(fields['kvo_rate_nl_h'])} for at most {until}"))
    found.append(("Volume", f"{_ml(fields['vtbi_nl'])} of {_ml(fields['bag_nl'])} in the bag"))
    found.append(("Time", _time(fields["min_minutes"], fields["max_minutes"])))
    found.append(("At most", _limits(fields)))
    patient = names.PATIENT_CLASSES[fields["patient_class"]]
    weight = units.exact_text_of(fields["dosing_weight_g"], units.G_PER_KG)
    found.append(("Patient", f"{patient}, {weight} kg"))
    by_number = {row[0]: row[1] for row in prescription.fields()}
    for number, reason in fields["overrides"]:
        field = FIELD_TEXTS[by_number[number]]
        found.append(("Past a soft limit", f"{field}: {names.OVERRIDES[reason]}"))
    return tuple(found)


def _rates(segments: list[list[int]]) -> str:
    first, *later = segments
    steps = (f"from {texts.minutes(minute)} {texts.rate(rate)}" for minute, rate in later)
    return "; ".join((texts.rate(first[1]), *steps))


def _dose(volume_nl: int, conc_ng_ml: int) -> str:
    amount = units.exact_text_of(units.dose_ng(volume_nl, conc_ng_ml), units.NG_PER_MG)
    return f"{amount} mg ({_ml(volume_nl)})"


def _time(least: int, most: int) -> str:
    longest = f"at most {texts.minutes(most)}"
    return f"at least {texts.minutes(least)}, {longest}" if least else longest


def _limits(fields: dict[str, Any]) -> str:
    return ", ".join(
        f"{_ml(fields[field])} in {window}"
        for field, window in (("max_hour_nl", "1 h"), ("max_4h_nl", "4 h"), ("max_day_nl", "24 h"))
    )


def _ml(volume_nl: int) -> str:
    return f"{units.exact_text_of(volume_nl, units.NL_PER_ML)} mL"
