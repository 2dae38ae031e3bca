"""Findings of the drug library as sentences. The edge where numbers become text."""

from shared import names
from shared.codes import Reason
from shared.units import exact_text_of

_HARD = 2  # drug_library.HARD, which imports this file

# unit: (text for people, how many of ours make one of theirs)
UNITS = {
    "ng/kg/h": ("mg/kg/h", 1_000_000),
    "ng/h": ("mg/h", 1_000_000),
    "ng/kg": ("mg/kg", 1_000_000),
    "ng": ("mg", 1_000_000),
    "ng/mL": ("mg/mL", 1_000_000),
    "nL": ("mL", 1_000_000),
    "g": ("kg", 1_000),
    "min": ("min", 1),
    "": ("", 1),
}

FIELD_TEXTS = {
    "drug": "Drug",
    "conc_ng_ml": "Concentration",
    "segments": "Rate",
    "max_hour_nl": "Limit for one hour",
    "max_day_nl": "Limit for one day",
    "max_bolus_nl": "Bolus",
    "lockout_s": "Lockout",
    "starts_after_s": "Delayed start",
    "library_version": "Library version",
    "vtbi_nl": "Volume to be infused",
    "dosing_weight_g": "Dosing weight",
    "profile": "Profile",
    "max_minutes": "Duration",
    "occlusion_pa": "Occlusion pressure",
}


def sentence(finding) -> str:
    """One line for a person; see drug_library.sentence."""
    field = FIELD_TEXTS.get(finding.field, finding.field or "Prescription")
    if finding.value is None or type(finding.value) is str:
        shown = "" if finding.value is None else " (" + finding.value + ")"
        return field + ": " + names.REASONS[finding.reason] + shown + "."
    value = _shown(finding.value, finding.unit)
    if finding.limit is None:
        return field + ": " + value + " is blocked, as the drug library sets no limit for it."
    if finding.reason == Reason.FIELD_RANGE:
        needed = _shown(finding.limit, finding.unit)
        return field + ": " + value + " is less than the " + needed + " that this infusion needs."
    side = "below" if finding.value < finding.limit else "above"
    kind = "hard" if finding.severity == _HARD else "soft"
    limit = _shown(finding.limit, finding.unit)
    return field + ": " + value + " is " + side + " the " + kind + " limit of " + limit + "."


def _shown(value: int, unit: str) -> str:
    text, scale = UNITS[unit]
    number = exact_text_of(value, scale)
    return number + " " + text if text else number
