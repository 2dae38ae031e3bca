"""Asks the drug library. A hard limit blocks for everyone; a soft one needs a reason, signed as a code and kept in words."""

from __future__ import annotations

from typing import Any

from clinic.order_model import Finding
from clinic.prescribing.errors import PrescribingError
from shared import drug_library, names

MIN_REASON = 10
MAX_REASON = 500

# Fields of the prescription, by the field of the order that decides them. Others have one name on both sides.
ORDER_FIELDS = {
    "segments": "dose_mg_kg_h",
    "conc_ng_ml": "conc_mg_ml",
    "dosing_weight_g": "weight_g",
    "vtbi_nl": "vtbi_ml",
    "bag_nl": "bag_ml",
    "max_hour_nl": "max_hour_ml",
    "max_4h_nl": "max_4h_ml",
    "max_day_nl": "max_day_ml",
    "drug": "profile",
    "load_nl": "load.dose_mg_kg",
    "load_rate_nl_h": "load.minutes",
    "max_bolus_nl": "bolus.dose_mg",
    "bolus_rate_nl_h": "bolus.rate_ml_h",
    "lockout_s": "bolus.lockout_minutes",
    "max_boluses": "bolus.count",
    "clinician_bolus_nl": "clinician_bolus.dose_mg",
    "clinician_bolus_minutes": "clinician_bolus.minutes",
    "kvo_rate_nl_h": "kvo.rate_ml_h",
    "kvo_minutes": "kvo.minutes",
}
# The way back; "profile" is itself.
PRESCRIPTION_FIELDS = {name: field for field, name in ORDER_FIELDS.items() if field != "drug"}


def assess(fields: dict[str, Any]) -> tuple[Finding, ...]:
    """Everything the library has to say, worst first."""
    return tuple(
        Finding(
            ORDER_FIELDS.get(finding.field, finding.field or "prescription"),
            "hard" if finding.severity == drug_library.HARD else "soft",
            finding.reason,
            drug_library.sentence(finding),
            names.OVERRIDES[finding.override] if finding.override else None,
        )
        for finding in drug_library.check(fields)
    )


def accept(findings: tuple[Finding, ...], soft_reason: str | None) -> str | None:
    """The words to keep, or None if none are needed. PrescribingError for a hard limit, or a soft one without its reason."""
    for finding in findings:
        if finding.severity == "hard":
            raise PrescribingError(finding.field, finding.text, findings)
    for finding in findings:
        if finding.override is None:
            raise PrescribingError(
                "overrides", f"{finding.text} Choose a reason for it, or prescribe less", findings
            )
    if not findings:
        return None
    reason = (soft_reason or "").strip()
    if not MIN_REASON <= len(reason) <= MAX_REASON or not reason.isprintable():
        raise PrescribingError(
            "soft_reason",
            f"A soft limit is passed: write why, in {MIN_REASON} to {MAX_REASON} characters",
            findings,
        )
    return reason
