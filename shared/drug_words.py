"""Findings of the drug library as sentences, and its profiles by name. The edge where numbers become text.

For people only: a pump sends numbers and never loads this.
"""

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
    "nL/h": ("mL/h", 1_000_000),
    "g": ("kg", 1_000),
    "min": ("min", 1),
    "s": ("s", 1),
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
    "max_4h_nl": "Limit for four hours",
    "load_nl": "Loading dose",
    "load_rate_nl_h": "Rate of the loading dose",
    "bolus_rate_nl_h": "Rate of a bolus",
    "max_boluses": "Number of boluses",
    "clinician_bolus_nl": "Clinician bolus",
    "clinician_bolus_minutes": "Clinician bolus",
    "kvo_rate_nl_h": "KVO",
    "kvo_minutes": "Duration of KVO",
    "min_minutes": "Shortest infusion time",
    "bag_nl": "Volume in the bag",
    "overrides": "Reasons for soft limits",
    "patient_class": "Patient class",
}
# What a reason says of a field when it is not the field's own number that is too much or too little.
REASON_TEXTS = {
    Reason.RAMP_HARD_LIMIT: "Rate step",
    Reason.MIN_TIME_HARD_LIMIT: "Infusion time",
}

PROFILE_TITLES = {
    "KET_HOME_TEST": "Ketamine, home test",
    "KET_DAY": "Ketamine, day case",
    "KET_MULTI": "Ketamine, several days",
    "LID_LOW": "Lidocaine, monitored",
    "MG": "Magnesium sulphate (heptahydrate), home test",
    "ZOLEDRONATE": "Zoledronate, one dose",
    "PAMIDRONATE": "Pamidronate, one course",
    "PCA_TEST": "Morphine PCA, bench only",
    "MORPHINE_PCA": "Morphine PCA",
    "HYDROMORPHONE_PCA": "Hydromorphone PCA",
    "FENTANYL_PCA": "Fentanyl PCA",
}


def sentence(finding) -> str:
    """One line for a person; see drug_library.sentence."""
    field = REASON_TEXTS.get(finding.reason)
    if field is None:
        field = FIELD_TEXTS.get(finding.field, finding.field or "Prescription")
    if finding.reason == Reason.NOT_SUPPORTED and finding.field == "profile":
        return field + ": " + finding.value + " is switched off in the drug library."
    if finding.field == "overrides" and type(finding.value) is str:
        answered = FIELD_TEXTS[finding.value]
        return field + ": one is given for " + answered + ", which is inside its soft limits."
    if finding.value is None or type(finding.value) is str:
        shown = "" if finding.value is None else " (" + finding.value + ")"
        return field + ": " + names.REASONS[finding.reason] + shown + "."
    value = _shown(finding.value, finding.unit)
    if finding.limit is None:
        return field + ": " + value + " is blocked, as the drug library sets no limit for it."
    limit = _shown(finding.limit, finding.unit)
    if finding.reason == Reason.FIELD_RANGE:
        return field + ": " + value + " is less than the " + limit + " that this infusion needs."
    side = "below" if finding.value < finding.limit else "above"
    kind = "hard" if finding.severity == _HARD else "soft"
    return field + ": " + value + " is " + side + " the " + kind + " limit of " + limit + "."


def _shown(value: int, unit: str) -> str:
    text, scale = UNITS[unit]
    number = exact_text_of(value, scale)
    return number + " " + text if text else number
