"""Compares a prescription with the drug library and with the ceilings above it.

`check` names everything that is wrong, for a person who prescribes; the pump refuses at the first
HARD finding. Comparisons are exact: products of whole numbers, no division before them.
"""

from collections import namedtuple

from shared import ceilings, prescription
from shared.codes import Reason
from shared.drug_profiles import LIBRARY_VERSION, PROFILES, Profile, profile_of
from shared.errors import Refused

_NL_PER_ML = 1_000_000
_G_PER_KG = 1_000

SOFT = 1  # may be overridden, with a recorded reason
HARD = 2  # blocks

# reason: codes.Reason. field: of the prescription. limit: None means that the library has none, so
# it is blocked. value and limit are in `unit`, one of drug_words.UNITS; a soft lower limit is below its value.
Finding = namedtuple("Finding", ("severity", "reason", "field", "limit", "value", "unit"))

# Volumes and rates against a cap on drug: severity, reason, field, column, unit.
# A unit per kg scales the cap with the dosing weight.
DOSE_RULES = (
    (HARD, Reason.RATE_HARD_LIMIT, "segments", "hard_max_ng_h", "ng/h"),
    (HARD, Reason.RATE_PER_KG_HARD_LIMIT, "segments", "hard_max_ng_kg_h", "ng/kg/h"),
    (HARD, Reason.HOUR_HARD_LIMIT, "max_hour_nl", "hour_ng", "ng"),
    (HARD, Reason.HOUR_HARD_LIMIT, "max_hour_nl", "hour_ng_kg", "ng/kg"),
    (HARD, Reason.DAY_HARD_LIMIT, "max_day_nl", "day_ng", "ng"),
    (HARD, Reason.DAY_HARD_LIMIT, "max_day_nl", "day_ng_kg", "ng/kg"),
    (HARD, Reason.VTBI_HARD_LIMIT, "vtbi_nl", "session_ng", "ng"),
    (HARD, Reason.VTBI_HARD_LIMIT, "vtbi_nl", "session_ng_kg", "ng/kg"),
    (SOFT, Reason.RATE_PER_KG_HARD_LIMIT, "segments", "soft_max_ng_kg_h", "ng/kg/h"),
)
# Fields that must lie between two columns: severity, reason, field, low or None, high, unit.
RANGE_RULES = (
    (HARD, Reason.CONCENTRATION, "conc_ng_ml", "conc_min_ng_ml", "conc_max_ng_ml", "ng/mL"),
    (HARD, Reason.WEIGHT, "dosing_weight_g", "weight_min_g", "weight_max_g", "g"),
    (HARD, Reason.DURATION_HARD_LIMIT, "max_minutes", None, "hard_max_minutes", "min"),
    (SOFT, Reason.DURATION_HARD_LIMIT, "max_minutes", None, "soft_max_minutes", "min"),
)


def check(rx: dict, profiles: tuple = PROFILES) -> list:
    """Findings about a prescription by field name, worst first. An empty list means: may be given.

    Looks at the shape first, so that any dict may come in. Does not change or clip anything.
    """
    try:
        prescription.check_shape(rx)
    except Refused as refused:
        return [Finding(HARD, refused.reason, refused.field, None, None, "")]
    findings = []
    _check_ceiling(rx, findings)
    profile = profile_of(rx["profile"], profiles)
    if profile is None:
        findings.append(Finding(HARD, Reason.UNKNOWN_PROFILE, "profile", None, rx["profile"], ""))
    else:
        _check_profile(rx, profile, findings)
    _check_consistency(rx, findings)
    blocking = []
    for finding in findings:
        # Library and ceiling may say the same.
        if finding.severity == HARD and finding not in blocking:
            blocking.append(finding)
    blocked = [(finding.reason, finding.field) for finding in blocking]
    return blocking + [
        finding
        for finding in findings
        if finding.severity == SOFT and (finding.reason, finding.field) not in blocked
    ]


def hard_findings(findings: list) -> list:
    return [finding for finding in findings if finding.severity == HARD]


def sentence(finding: Finding) -> str:
    """One line for a person, such as
    `Rate: 0.12 mg/kg/h is above the hard limit of 0.1 mg/kg/h.`"""
    # Loaded when first needed: a pump sends codes and may never need the words.
    from shared import drug_words

    return drug_words.sentence(finding)


def _divide_up(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)


def _quantity(rx: dict, field: str) -> int:
    return prescription.rate_nl_h(rx) if field == "segments" else rx[field]


def _over_dose(rx: dict, field: str, limit: int | None, unit: str) -> tuple | None:
    """(limit, value) in `unit` if the drug in `field` is more than `limit`, or has no limit."""
    product = _quantity(rx, field) * rx["conc_ng_ml"]
    if "/kg" in unit:
        product *= _G_PER_KG
        divisor = _NL_PER_ML * rx["dosing_weight_g"]
    else:
        divisor = _NL_PER_ML
    if limit is None or product > limit * divisor:
        # Upwards, so that what is over the limit also reads so.
        return limit, _divide_up(product, divisor)
    return None


def _check_ceiling(rx: dict, findings: list) -> None:
    ceiling = ceilings.ceiling_of(rx["drug"])
    if ceiling is None:
        findings.append(Finding(HARD, Reason.DRUG_MISMATCH, "drug", None, rx["drug"], ""))
        return
    conc = rx["conc_ng_ml"]
    if conc > ceiling.max_conc_ng_ml:
        findings.append(
            Finding(
                HARD, Reason.CONCENTRATION, "conc_ng_ml", ceiling.max_conc_ng_ml, conc, "ng/mL"
            )
        )
    for reason, limit, unit in (
        (Reason.RATE_HARD_LIMIT, ceiling.max_ng_h, "ng/h"),
        (Reason.RATE_PER_KG_HARD_LIMIT, ceiling.max_ng_kg_h, "ng/kg/h"),
    ):
        over = _over_dose(rx, "segments", limit, unit)
        if over:
            findings.append(Finding(HARD, reason, "segments", over[0], over[1], unit))


def _check_profile(rx: dict, profile: Profile, findings: list) -> None:
    if rx["library_version"] != LIBRARY_VERSION:
        findings.append(
            Finding(
                HARD,
                Reason.LIBRARY_VERSION,
                "library_version",
                LIBRARY_VERSION,
                rx["library_version"],
                "",
            )
        )
    if rx["drug"] != profile.drug:
        findings.append(Finding(HARD, Reason.DRUG_MISMATCH, "drug", None, rx["drug"], ""))
    for severity, reason, field, low_column, high_column, unit in RANGE_RULES:
        value = rx[field]
        low = 0 if low_column is None else getattr(profile, low_column)
        high = getattr(profile, high_column)
        if low is None or high is None:
            findings.append(Finding(HARD, reason, field, None, value, unit))
        elif not low <= value <= high:
            findings.append(
                Finding(severity, reason, field, low if value < low else high, value, unit)
            )
    for severity, reason, field, column, unit in DOSE_RULES:
        limit = getattr(profile, column)
        over = _over_dose(rx, field, limit, unit)
        if over:
            # A limit that is missing blocks, also where it would only have warned.
            worst = HARD if limit is None else severity
            findings.append(Finding(worst, reason, field, over[0], over[1], unit))
    _check_soft_min(rx, profile, findings)


def _check_soft_min(rx: dict, profile: Profile, findings: list) -> None:
    limit = profile.soft_min_ng_kg_h
    reason = Reason.RATE_PER_KG_HARD_LIMIT
    product = prescription.rate_nl_h(rx) * rx["conc_ng_ml"] * _G_PER_KG
    divisor = _NL_PER_ML * rx["dosing_weight_g"]
    if limit is None:
        value = _divide_up(product, divisor)
        findings.append(Finding(HARD, reason, "segments", None, value, "ng/kg/h"))
    elif product < limit * divisor:
        # Downwards, so that what is under the limit also reads so.
        value = product // divisor
        findings.append(Finding(SOFT, reason, "segments", limit, value, "ng/kg/h"))


def _check_consistency(rx: dict, findings: list) -> None:
    """Fields that contradict each other. Volumes, so that no drug figure is needed."""
    rate = prescription.rate_nl_h(rx)
    # Below this the pump would stop with a dose alarm in its first hour.
    if rx["max_hour_nl"] < rate:
        findings.append(
            Finding(HARD, Reason.FIELD_RANGE, "max_hour_nl", rate, rx["max_hour_nl"], "nL")
        )
    due_nl = min(rx["vtbi_nl"], rate * min(rx["max_minutes"], 1_440) // 60)
    if rx["max_day_nl"] < due_nl:
        findings.append(
            Finding(SOFT, Reason.FIELD_RANGE, "max_day_nl", due_nl, rx["max_day_nl"], "nL")
        )
    if rate * rx["max_minutes"] < rx["vtbi_nl"] * 60:
        needed = _divide_up(rx["vtbi_nl"] * 60, rate)
        findings.append(
            Finding(SOFT, Reason.FIELD_RANGE, "max_minutes", needed, rx["max_minutes"], "min")
        )
