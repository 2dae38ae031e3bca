"""From doses to the pump's numbers. Exact whole-number arithmetic; every rounding is towards less drug. Pure.

rate = dose × weight ÷ concentration. Limits that were not given are proposed (limits.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clinic.order_model import OVERRIDES, PATIENT_CLASSES, Order
from clinic.prescribing import library, limits
from clinic.prescribing.errors import PrescribingError
from shared import prescription, units
from shared.drug_profiles import LIBRARY_VERSION, Profile, profile_of

# 40 kPa (300 mmHg), the usual adult setting of ambulatory pumps; the range is in shared.prescription.
DEFAULT_OCCLUSION_PA = 40_000
S_PER_MINUTE = 60
MINUTES_PER_HOUR = 60


@dataclass(frozen=True, slots=True)
class Worked:
    """The prescription by field name (shared.prescription), the dose as text, and the formula with its numbers."""

    fields: dict[str, Any]
    dose: str
    formula: str
    rate_nl_h: int


def work_out(order: Order) -> Worked:
    """All fields of a prescription. PrescribingError names a number that cannot be read or used."""
    profile = profile_of(order.profile)
    if profile is None:
        raise PrescribingError("profile", f"The drug library has no profile {order.profile!r}")
    if order.weight_g <= 0:
        raise PrescribingError("weight_g", "A dosing weight is more than zero grams")
    doses_ng_kg_h = [_positive("dose_mg_kg_h", order.dose_mg_kg_h, units.NG_PER_MG, "mg/kg/h")]
    doses_ng_kg_h += [
        _positive("steps", step.dose_mg_kg_h, units.NG_PER_MG, "mg/kg/h") for step in order.steps
    ]
    conc_ng_ml = _positive("conc_mg_ml", order.conc_mg_ml, units.NG_PER_MG, "mg/mL")
    rates = [units.rate_nl_h_of(dose, order.weight_g, conc_ng_ml) for dose in doses_ng_kg_h]
    if 0 in rates:
        raise PrescribingError("dose_mg_kg_h", "At this dose and concentration the rate is zero")
    minutes = [0, *(step.minute for step in order.steps)]
    fields: dict[str, Any] = {
        "drug": profile.drug,
        "conc_ng_ml": conc_ng_ml,
        "segments": [list(pair) for pair in zip(minutes, rates, strict=True)],
        "starts_after_s": 0,
        "library_version": LIBRARY_VERSION,
        "vtbi_nl": _positive("vtbi_ml", order.vtbi_ml, units.NL_PER_ML, "mL"),
        "dosing_weight_g": order.weight_g,
        "profile": profile.id,
        "occlusion_pa": _given(order.occlusion_pa, DEFAULT_OCCLUSION_PA),
        "bag_nl": _positive("bag_ml", order.bag_ml, units.NL_PER_ML, "mL"),
        "overrides": _overrides(order),
        "patient_class": _number_of("patient_class", PATIENT_CLASSES, order.patient_class),
        **_load(order, conc_ng_ml),
        **_bolus(order, conc_ng_ml),
        **_clinician_bolus(order, conc_ng_ml),
        **_kvo(order),
    }
    _put_limits(order, profile, fields)
    dose = _dose_text(doses_ng_kg_h)
    formula = (
        f"{_dose_text(doses_ng_kg_h[:1])} × {units.exact_text_of(order.weight_g, units.G_PER_KG)} kg"
        f" ÷ {units.exact_text_of(conc_ng_ml, units.NG_PER_MG)} mg/mL"
        f" = {units.exact_text_of(rates[0], units.NL_PER_ML)} mL/h"
    )
    return Worked(fields, dose, formula, rates[0])


def _dose_text(doses_ng_kg_h: list[int]) -> str:
    low, high = (
        units.exact_text_of(dose, units.NG_PER_MG)
        for dose in (min(doses_ng_kg_h), max(doses_ng_kg_h))
    )
    if len(doses_ng_kg_h) == 1:
        return f"{low} mg/kg/h"
    return f"{low} to {high} mg/kg/h in {len(doses_ng_kg_h)} rates"


def _load(order: Order, conc_ng_ml: int) -> dict[str, int]:
    load = order.load
    if load is None:
        return {"load_nl": 0, "load_rate_nl_h": 0}
    dose = _positive("load.dose_mg_kg", load.dose_mg_kg, units.NG_PER_MG, "mg/kg")
    volume = _volume_nl("load.dose_mg_kg", dose * order.weight_g // units.G_PER_KG, conc_ng_ml)
    minutes = _at_least_one("load.minutes", load.minutes)
    return {"load_nl": volume, "load_rate_nl_h": volume * MINUTES_PER_HOUR // minutes}


def _bolus(order: Order, conc_ng_ml: int) -> dict[str, int]:
    bolus = order.bolus
    if bolus is None:
        return {"max_bolus_nl": 0, "bolus_rate_nl_h": 0, "max_boluses": 0, "lockout_s": 0}
    dose_ng = _positive("bolus.dose_mg", bolus.dose_mg, units.NG_PER_MG, "mg")
    lockout = _at_least_one("bolus.lockout_minutes", bolus.lockout_minutes)
    return {
        "max_bolus_nl": _volume_nl("bolus.dose_mg", dose_ng, conc_ng_ml),
        "bolus_rate_nl_h": _positive("bolus.rate_ml_h", bolus.rate_ml_h, units.NL_PER_ML, "mL/h"),
        "max_boluses": _at_least_one("bolus.count", bolus.count),
        "lockout_s": lockout * S_PER_MINUTE,
    }


def _clinician_bolus(order: Order, conc_ng_ml: int) -> dict[str, int]:
    bolus = order.clinician_bolus
    if bolus is None:
        return {"clinician_bolus_nl": 0, "clinician_bolus_minutes": 0}
    dose_ng = _positive("clinician_bolus.dose_mg", bolus.dose_mg, units.NG_PER_MG, "mg")
    return {
        "clinician_bolus_nl": _volume_nl("clinician_bolus.dose_mg", dose_ng, conc_ng_ml),
        "clinician_bolus_minutes": _at_least_one("clinician_bolus.minutes", bolus.minutes),
    }


def _kvo(order: Order) -> dict[str, int]:
    kvo = order.kvo
    if kvo is None:
        return {"kvo_rate_nl_h": 0, "kvo_minutes": 0}
    return {
        "kvo_rate_nl_h": _positive("kvo.rate_ml_h", kvo.rate_ml_h, units.NL_PER_ML, "mL/h"),
        "kvo_minutes": _at_least_one("kvo.minutes", kvo.minutes),
    }


def _put_limits(order: Order, profile: Profile, fields: dict[str, Any]) -> None:
    """The limits of the order; what it leaves open is proposed from what the other fields ask for."""
    for window in limits.WINDOWS:
        written = getattr(order, window.order_field)
        fields[window.field] = (
            limits.window_nl(window, profile, fields)
            if written is None
            else _positive(window.order_field, written, units.NL_PER_ML, "mL")
        )
    fields["min_minutes"] = _given(order.min_minutes, profile.min_minutes or 0)
    fields["max_minutes"] = _given(order.max_minutes, limits.minutes(profile, fields))


def _overrides(order: Order) -> list[list[int]]:
    found = {}
    for name, word in order.overrides.items():
        field = library.PRESCRIPTION_FIELDS.get(name, name)
        number = prescription.number_of(field)
        if number < 0:
            raise PrescribingError("overrides", f"There is no field {name!r} to give a reason for")
        found[number] = _number_of("overrides", OVERRIDES, word)
    return [list(pair) for pair in sorted(found.items())]


def _number_of(field: str, numbers: dict[str, int], word: str) -> int:
    if word not in numbers:
        raise PrescribingError(field, f"{word!r} is not one of {', '.join(numbers)}")
    return numbers[word]


def _positive(field: str, text: str, unit: int, name: str) -> int:
    try:
        value = units.scaled_of(text.strip(), unit)
    except ValueError:
        decimals = len(str(unit)) - 1
        raise PrescribingError(
            field,
            f"{text!r} is not a number of {name}: digits, a point, at most {decimals} decimals",
        ) from None
    if value <= 0:
        raise PrescribingError(field, f"{text} {name} is not more than zero")
    return value


def _at_least_one(field: str, value: int) -> int:
    if value < 1:
        raise PrescribingError(field, f"{value} is not at least one")
    return value


def _volume_nl(field: str, dose_ng: int, conc_ng_ml: int) -> int:
    volume_nl = units.volume_nl_of(dose_ng, conc_ng_ml)
    if volume_nl == 0:
        raise PrescribingError(field, "At this dose and concentration the volume is zero")
    return volume_nl


def _given(value: int | None, proposed: int) -> int:
    return proposed if value is None else value
