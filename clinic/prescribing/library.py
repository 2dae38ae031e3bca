"""Asks the drug library. A hard limit blocks for everyone; a soft one needs a reason that is kept."""

from __future__ import annotations

from typing import Any

from clinic.prescribing.errors import Finding, PrescribingError
from shared import drug_library

MIN_REASON = 10
MAX_REASON = 500

# Fields of the prescription, by the field of the order that decides them.
ORDER_FIELDS = {
    "segments": "dose_mg_kg_h",
    "conc_ng_ml": "conc_mg_ml",
    "dosing_weight_g": "weight_g",
    "vtbi_nl": "vtbi_ml",
    "max_hour_nl": "max_hour_ml",
    "max_day_nl": "max_day_ml",
    "drug": "profile",
}


def assess(fields: dict[str, Any]) -> tuple[Finding, ...]:
    """Everything the library has to say, worst first."""
    return tuple(
        Finding(
            ORDER_FIELDS.get(finding.field, finding.field or "prescription"),
            "hard" if finding.severity == drug_library.HARD else "soft",
            finding.reason,
            drug_library.sentence(finding),
        )
        for finding in drug_library.check(fields)
    )


def accept(findings: tuple[Finding, ...], soft_reason: str | None) -> str | None:
    """The reason to keep, or None if none is needed. PrescribingError for a hard limit or a missing reason."""
    hard = [finding for finding in findings if finding.severity == "hard"]
    if hard:
        raise PrescribingError(hard[0].field, hard[0].text, findings)
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
