"""From a dose per kg to the pump's numbers. Exact whole-number arithmetic; every rounding is towards less drug. Pure.

rate = dose × weight ÷ concentration. Limits that were not given are proposed: enough for this infusion to run to its end,
never more than the library allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clinic.prescribing.errors import PrescribingError
from shared import units
from shared.drug_profiles import LIBRARY_VERSION, Profile, profile_of

# 40 kPa (300 mmHg), the usual adult setting of ambulatory pumps; the range is shared.ceilings.
DEFAULT_OCCLUSION_PA = 40_000
# A careful dose window counts whole minutes and reserved strokes: room for two strokes of 20 µL.
STROKES_NL = 40_000


@dataclass(frozen=True, slots=True)
class Order:
    """What a prescriber writes. Decimal texts are read exactly, never as binary fractions."""

    profile: str
    dose_mg_kg_h: str
    conc_mg_ml: str
    vtbi_ml: str
    weight_g: int
    max_minutes: int | None = None
    max_hour_ml: str | None = None
    max_day_ml: str | None = None
    occlusion_pa: int | None = None


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
    dose_ng_kg_h = _positive("dose_mg_kg_h", order.dose_mg_kg_h, units.NG_PER_MG, "mg/kg/h")
    conc_ng_ml = _positive("conc_mg_ml", order.conc_mg_ml, units.NG_PER_MG, "mg/mL")
    vtbi_nl = _positive("vtbi_ml", order.vtbi_ml, units.NL_PER_ML, "mL")
    if order.weight_g <= 0:
        raise PrescribingError("weight_g", "A dosing weight is more than zero grams")
    rate_nl_h = units.rate_nl_h_of(dose_ng_kg_h, order.weight_g, conc_ng_ml)
    if rate_nl_h == 0:
        raise PrescribingError("dose_mg_kg_h", "At this dose and concentration the rate is zero")
    fields = {
        "drug": profile.drug,
        "conc_ng_ml": conc_ng_ml,
        "segments": [[0, rate_nl_h]],
        "max_hour_nl": _limit_nl(
            "max_hour_ml",
            order.max_hour_ml,
            _hour_nl(profile, order.weight_g, conc_ng_ml, rate_nl_h),
        ),
        "max_day_nl": _limit_nl(
            "max_day_ml", order.max_day_ml, _day_nl(profile, order.weight_g, conc_ng_ml, rate_nl_h)
        ),
        "max_bolus_nl": 0,
        "lockout_s": 0,
        "starts_after_s": 0,
        "library_version": LIBRARY_VERSION,
        "vtbi_nl": vtbi_nl,
        "dosing_weight_g": order.weight_g,
        "profile": profile.id,
        "max_minutes": _given(order.max_minutes, _minutes(profile, vtbi_nl, rate_nl_h)),
        "occlusion_pa": _given(order.occlusion_pa, DEFAULT_OCCLUSION_PA),
    }
    dose = f"{units.exact_text_of(dose_ng_kg_h, units.NG_PER_MG)} mg/kg/h"
    formula = (
        f"{dose} × {units.exact_text_of(order.weight_g, units.G_PER_KG)} kg"
        f" ÷ {units.exact_text_of(conc_ng_ml, units.NG_PER_MG)} mg/mL"
        f" = {units.exact_text_of(rate_nl_h, units.NL_PER_ML)} mL/h"
    )
    return Worked(fields, dose, formula, rate_nl_h)


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


def _given(value: int | None, proposed: int) -> int:
    return proposed if value is None else value


def _limit_nl(field: str, text: str | None, proposed_nl: int) -> int:
    return proposed_nl if text is None else _positive(field, text, units.NL_PER_ML, "mL")


def _cap_nl(ng_kg: int | None, ng: int | None, weight_g: int, conc_ng_ml: int) -> int:
    """The library's cap as a volume. A limit that the library does not have is no volume at all."""
    if ng_kg is None or ng is None:
        return 0
    return units.volume_nl_of(min(ng_kg * weight_g // units.G_PER_KG, ng), conc_ng_ml)


def _hour_nl(profile: Profile, weight_g: int, conc_ng_ml: int, rate_nl_h: int) -> int:
    cap_nl = _cap_nl(profile.hour_ng_kg, profile.hour_ng, weight_g, conc_ng_ml)
    return max(rate_nl_h, min(cap_nl, rate_nl_h * 11 // 10 + STROKES_NL))


def _day_nl(profile: Profile, weight_g: int, conc_ng_ml: int, rate_nl_h: int) -> int:
    cap_nl = _cap_nl(profile.day_ng_kg, profile.day_ng, weight_g, conc_ng_ml)
    return max(rate_nl_h, min(cap_nl, rate_nl_h * 24 * 104 // 100 + STROKES_NL))


def _minutes(profile: Profile, vtbi_nl: int, rate_nl_h: int) -> int:
    """As long as the volume takes and a tenth, within what the library calls usual; if that is too short, what it takes."""
    needed = units.divide_up(vtbi_nl * 60, rate_nl_h)
    usual = profile.soft_max_minutes or profile.hard_max_minutes or needed
    return max(needed, min(needed + max(10, needed // 10), usual))
