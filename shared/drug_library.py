"""Compares a prescription with the drug library and with the ceilings above it.

`check` names everything that is wrong, for a person who prescribes; the pump refuses at the first
finding of `blocking`. Comparisons are exact: whole numbers, a quotient rounded to the side on which
the answer stays the same. Rules stand as code: as tables they would stay on a pump's heap.
"""

from collections import namedtuple

from shared import ceilings, prescription
from shared.codes import Reason
from shared.drug_profiles import LIBRARY_VERSION, Profile, profile_of
from shared.errors import Refused

_NL_PER_ML = 1_000_000
_G_PER_KG = 1_000
_S_PER_HOUR = 3_600
_MINUTES_PER_HOUR = 60

SOFT = 1  # blocks unless the prescription holds a reason for its field in `overrides`
HARD = 2  # blocks

# reason: codes.Reason. field: of the prescription. limit: None means that the library has none, so
# it is blocked. value and limit are in `unit`, one of drug_words.UNITS; a lower limit is above its
# value. override: codes.Override with which the prescriber has answered a soft finding, else 0.
Finding = namedtuple(
    "Finding", ("severity", "reason", "field", "limit", "value", "unit", "override")
)


def check(rx: dict, find=profile_of) -> list:
    """Findings about a prescription by field name, hard ones first. It may be given if none is `blocking`.

    Looks at the shape first, so that any dict may come in. Does not change or clip anything.
    find: gives the profile of an id, or None.
    """
    try:
        prescription.check_shape(rx)
    except Refused as refused:
        return [Finding(HARD, refused.reason, refused.field, None, None, "", 0)]
    review = _Review(rx)
    _check_ceiling(rx, review)
    profile = find(rx["profile"])
    if profile is None:
        review.add(HARD, Reason.UNKNOWN_PROFILE, "profile", None, rx["profile"], "")
    else:
        _check_terms(rx, profile, review)
        _check_doses(rx, profile, review)
        _check_boluses(rx, profile, review)
        _check_steps(rx, profile, review)
        _check_least_time(rx, profile.min_minutes, review)
    _check_least_time(rx, rx["min_minutes"], review)
    _check_rates(rx, review)
    _check_volumes(rx, review)
    _check_duration(rx, review)
    return review.sorted_findings()


def blocking(findings: list) -> list:
    """What stands against giving it: hard findings, and as SOFT_LIMIT each soft one without an override."""
    found = []
    for finding in findings:
        if finding.severity == HARD:
            found.append(finding)
        elif not finding.override:
            _, _, field, limit, value, unit, _ = finding
            found.append(Finding(SOFT, Reason.SOFT_LIMIT, field, limit, value, unit, 0))
    return found


def sentence(finding: Finding) -> str:
    """One line for a person, such as
    `Rate: 0.12 mg/kg/h is above the hard limit of 0.1 mg/kg/h.`"""
    # Loaded when first needed: a pump sends codes and may never need the words.
    from shared import drug_words

    return drug_words.sentence(finding)


class _Review:
    """Findings about one prescription. A limit of None blocks, also where it would only have warned."""

    def __init__(self, rx: dict):
        self._rx = rx
        self._found = []

    def add(self, severity: int, reason: int, field: str, limit, value, unit: str) -> None:
        override = 0
        if severity == SOFT:
            for number, answer in self._rx["overrides"]:
                if number == prescription.number_of(field):
                    override = answer
        finding = Finding(severity, reason, field, limit, value, unit, override)
        # Library and ceiling may say the same.
        if finding not in self._found:
            self._found.append(finding)

    def most(self, severity: int, reason: int, field: str, value: int, limit, unit: str) -> None:
        """A value must not be above its limit."""
        if limit is None or value > limit:
            self.add(HARD if limit is None else severity, reason, field, limit, value, unit)

    def least(self, severity: int, reason: int, field: str, value: int, limit, unit: str) -> None:
        """A value must not be below its limit."""
        if limit is None or value < limit:
            self.add(HARD if limit is None else severity, reason, field, limit, value, unit)

    def needs(self, severity: int, field: str, value: int, needed: int, unit: str) -> None:
        """A value must be enough for what other fields ask for."""
        self.least(severity, Reason.FIELD_RANGE, field, value, needed, unit)

    def drug(self, amount: int, unit: str) -> int:
        """The drug in a volume or rate, in `unit`. Rounds up, so that what is above a limit also reads so."""
        per_kg = "/kg" in unit
        product = amount * self._rx["conc_ng_ml"] * (_G_PER_KG if per_kg else 1)
        return -(-product // (_NL_PER_ML * (self._rx["dosing_weight_g"] if per_kg else 1)))

    def dose(self, severity: int, reason: int, field: str, amount: int, limit, unit: str) -> None:
        """The drug in a volume or rate must not be above its limit. What is not asked for needs no limit."""
        if amount:
            self.most(severity, reason, field, self.drug(amount, unit), limit, unit)

    def sorted_findings(self) -> list:
        """Hard ones first. An override that no warning asked for is refused; what is refused is not warned of as well."""
        warned = [finding.field for finding in self._found if finding.severity == SOFT]
        for number, _ in self._rx["overrides"]:
            for row in prescription.fields():
                if row[0] == number and row[1] not in warned:
                    self.add(HARD, Reason.FIELD_RANGE, "overrides", None, row[1], "")
        hard = [finding for finding in self._found if finding.severity == HARD]
        blocked = [(finding.reason, finding.field) for finding in hard]
        return hard + [
            finding
            for finding in self._found
            if finding.severity == SOFT and (finding.reason, finding.field) not in blocked
        ]


def _check_ceiling(rx: dict, review: _Review) -> None:
    """SR-031."""
    ceiling = ceilings.ceiling_of(rx["drug"], rx["patient_class"])
    if ceiling is None:
        review.add(HARD, Reason.DRUG_MISMATCH, "drug", None, rx["drug"], "")
        return
    dose, rate, reason = review.dose, prescription.highest_rate_nl_h(rx), Reason.CONCENTRATION
    review.most(HARD, reason, "conc_ng_ml", rx["conc_ng_ml"], ceiling.max_conc_ng_ml, "ng/mL")
    dose(HARD, Reason.RATE_HARD_LIMIT, "segments", rate, ceiling.max_ng_h, "ng/h")
    dose(HARD, Reason.RATE_PER_KG_HARD_LIMIT, "segments", rate, ceiling.max_ng_kg_h, "ng/kg/h")
    load_nl, limit, reason = rx["load_nl"], ceiling.max_load_ng_kg, Reason.BOLUS_HARD_LIMIT
    dose(HARD, Reason.LOAD_HARD_LIMIT, "load_nl", load_nl, limit, "ng/kg")
    clinician_bolus_nl = rx["clinician_bolus_nl"]
    dose(HARD, reason, "clinician_bolus_nl", clinician_bolus_nl, limit, "ng/kg")
    max_bolus_nl = rx["max_bolus_nl"]
    dose(HARD, reason, "max_bolus_nl", max_bolus_nl, ceiling.max_bolus_ng, "ng")


def _check_terms(rx: dict, profile: Profile, review: _Review) -> None:
    """Library, drug, concentration, weight and duration."""
    if not profile.enabled:
        review.add(HARD, Reason.NOT_SUPPORTED, "profile", None, profile.id, "")
    if rx["drug"] != profile.drug:
        review.add(HARD, Reason.DRUG_MISMATCH, "drug", None, rx["drug"], "")
    library_version, reason = rx["library_version"], Reason.LIBRARY_VERSION
    if library_version != LIBRARY_VERSION:
        review.add(HARD, reason, "library_version", LIBRARY_VERSION, library_version, "")
    conc_ng_ml, reason = rx["conc_ng_ml"], Reason.CONCENTRATION
    review.least(HARD, reason, "conc_ng_ml", conc_ng_ml, profile.conc_min_ng_ml, "ng/mL")
    review.most(HARD, reason, "conc_ng_ml", conc_ng_ml, profile.conc_max_ng_ml, "ng/mL")
    dosing_weight_g, reason = rx["dosing_weight_g"], Reason.WEIGHT
    review.least(HARD, reason, "dosing_weight_g", dosing_weight_g, profile.weight_min_g, "g")
    review.most(HARD, reason, "dosing_weight_g", dosing_weight_g, profile.weight_max_g, "g")
    max_minutes, reason = rx["max_minutes"], Reason.DURATION_HARD_LIMIT
    review.most(HARD, reason, "max_minutes", max_minutes, profile.hard_max_minutes, "min")
    review.most(SOFT, reason, "max_minutes", max_minutes, profile.soft_max_minutes, "min")


def _check_doses(rx: dict, profile: Profile, review: _Review) -> None:
    """Every rate step, every window, and the whole, with what KVO may add to it (SR-008)."""
    dose, highest = review.dose, prescription.highest_rate_nl_h(rx)
    dose(HARD, Reason.RATE_HARD_LIMIT, "segments", highest, profile.hard_max_ng_h, "ng/h")
    reason, limit = Reason.RATE_PER_KG_HARD_LIMIT, profile.soft_min_ng_kg_h
    dose(HARD, reason, "segments", highest, profile.hard_max_ng_kg_h, "ng/kg/h")
    dose(SOFT, reason, "segments", highest, profile.soft_max_ng_kg_h, "ng/kg/h")
    # Rounded down, so that what is below the limit also reads so.
    lowest = -review.drug(-prescription.lowest_rate_nl_h(rx), "ng/kg/h")
    review.least(SOFT, reason, "segments", lowest, limit, "ng/kg/h")
    max_hour_nl, reason = rx["max_hour_nl"], Reason.HOUR_HARD_LIMIT
    dose(HARD, reason, "max_hour_nl", max_hour_nl, profile.hour_ng, "ng")
    dose(HARD, reason, "max_hour_nl", max_hour_nl, profile.hour_ng_kg, "ng/kg")
    max_4h_nl, reason = rx["max_4h_nl"], Reason.FOUR_HOUR_HARD_LIMIT
    dose(HARD, reason, "max_4h_nl", max_4h_nl, profile.four_hour_ng, "ng")
    dose(HARD, reason, "max_4h_nl", max_4h_nl, profile.four_hour_ng_kg, "ng/kg")
    max_day_nl, reason = rx["max_day_nl"], Reason.DAY_HARD_LIMIT
    dose(HARD, reason, "max_day_nl", max_day_nl, profile.day_ng, "ng")
    dose(HARD, reason, "max_day_nl", max_day_nl, profile.day_ng_kg, "ng/kg")
    volume_nl, reason = rx["vtbi_nl"] + prescription.kvo_nl(rx), Reason.VTBI_HARD_LIMIT
    dose(HARD, reason, "vtbi_nl", volume_nl, profile.session_ng, "ng")
    dose(HARD, reason, "vtbi_nl", volume_nl, profile.session_ng_kg, "ng/kg")


def _check_boluses(rx: dict, profile: Profile, review: _Review) -> None:
    """Loading dose, patient and clinician bolus, KVO: the library's own limits (SR-029)."""
    dose, load_nl, reason = review.dose, rx["load_nl"], Reason.LOAD_HARD_LIMIT
    if load_nl:
        dose(HARD, reason, "load_nl", load_nl, profile.load_ng, "ng")
        dose(HARD, reason, "load_nl", load_nl, profile.load_ng_kg, "ng/kg")
        minutes, load_rate_nl_h = _load_minutes(rx), "load_rate_nl_h"
        review.least(HARD, reason, load_rate_nl_h, minutes, profile.load_min_minutes, "min")
    max_bolus_nl, lockout_s, reason = rx["max_bolus_nl"], rx["lockout_s"], Reason.BOLUS_HARD_LIMIT
    if max_bolus_nl:
        dose(HARD, reason, "max_bolus_nl", max_bolus_nl, profile.bolus_ng, "ng")
        dose(SOFT, reason, "max_bolus_nl", max_bolus_nl, profile.bolus_soft_ng, "ng")
        bolus_rate_nl_h = rx["bolus_rate_nl_h"]
        dose(HARD, reason, "bolus_rate_nl_h", bolus_rate_nl_h, profile.bolus_ng_h, "ng/h")
        review.most(HARD, reason, "max_boluses", rx["max_boluses"], profile.boluses, "")
        soft, lockout = profile.lockout_soft_s, Reason.LOCKOUT_HARD_LIMIT
        review.least(HARD, lockout, "lockout_s", lockout_s, profile.lockout_s, "s")
        review.least(SOFT, lockout, "lockout_s", lockout_s, soft, "s")
    clinician_bolus_nl, limit = rx["clinician_bolus_nl"], profile.clinician_ng
    dose(HARD, reason, "clinician_bolus_nl", clinician_bolus_nl, limit, "ng")
    kvo_rate_nl_h, reason = rx["kvo_rate_nl_h"], Reason.KVO_HARD_LIMIT
    if kvo_rate_nl_h:
        review.most(HARD, reason, "kvo_rate_nl_h", kvo_rate_nl_h, profile.kvo_nl_h, "nL/h")


def _check_steps(rx: dict, profile: Profile, review: _Review) -> None:
    """Largest step up, and the shortest time before one. A step down may come at any time.

    A profile without both limits has one constant rate.
    """
    segments, reason = rx["segments"], Reason.RAMP_HARD_LIMIT
    if len(segments) == 1:
        return
    least_minutes = profile.ramp_minutes
    if profile.ramp_ng_kg_h is None or least_minutes is None:
        review.add(HARD, reason, "segments", None, len(segments), "")
        return
    step, minutes = 0, least_minutes
    last_minute, last_rate = segments[0]
    for minute, rate in segments:
        if rate > last_rate:
            step = max(step, rate - last_rate)
            minutes = min(minutes, minute - last_minute)
        last_minute, last_rate = minute, rate
    review.dose(HARD, reason, "segments", step, profile.ramp_ng_kg_h, "ng/kg/h")
    review.least(HARD, reason, "segments", minutes, least_minutes, "min")


def _check_least_time(rx: dict, limit: int | None, review: _Review) -> None:
    """Load, boluses and segments must not be able to give the whole volume sooner."""
    vtbi_nl, reason = rx["vtbi_nl"], Reason.MIN_TIME_HARD_LIMIT
    if limit is None or prescription.most_nl(rx, limit) > vtbi_nl:
        review.add(HARD, reason, "vtbi_nl", limit, prescription.least_minutes(rx), "min")


def _check_rates(rx: dict, review: _Review) -> None:
    """No bolus slower than the basal that it replaces (SR-028), none longer than its lockout, a clinician bolus
    not shorter than it (SR-025), and no KVO above the basal (SR-008).
    """
    needs, highest = review.needs, prescription.highest_rate_nl_h(rx)
    needs(HARD, "max_hour_nl", rx["max_hour_nl"], highest, "nL")
    lockout_s, max_bolus_nl, load_rate_nl_h = (
        rx["lockout_s"],
        rx["max_bolus_nl"],
        rx["load_rate_nl_h"],
    )
    if load_rate_nl_h:
        needs(HARD, "load_rate_nl_h", load_rate_nl_h, prescription.basal_rate_nl_h(rx), "nL/h")
    if max_bolus_nl:
        bolus_rate_nl_h = rx["bolus_rate_nl_h"]
        needs(HARD, "bolus_rate_nl_h", bolus_rate_nl_h, highest, "nL/h")
        bolus_s = -(-max_bolus_nl * _S_PER_HOUR // bolus_rate_nl_h)
        needs(HARD, "lockout_s", lockout_s, bolus_s, "s")
    rate = prescription.clinician_bolus_rate_nl_h(rx)
    if rate:
        clinician_bolus_minutes = rx["clinician_bolus_minutes"]
        field = "clinician_bolus_minutes"
        needs(HARD, field, rate, highest, "nL/h")
        limit, reason = ceilings.MAX_RATE_NL_H, Reason.BOLUS_HARD_LIMIT
        review.most(HARD, reason, field, rate, limit, "nL/h")
        least_minutes = -(-lockout_s * _MINUTES_PER_HOUR // _S_PER_HOUR)
        needs(HARD, field, clinician_bolus_minutes, least_minutes, "min")
    kvo_rate_nl_h, lowest = rx["kvo_rate_nl_h"], prescription.lowest_rate_nl_h(rx)
    review.most(HARD, Reason.KVO_HARD_LIMIT, "kvo_rate_nl_h", kvo_rate_nl_h, lowest, "nL/h")


def _check_volumes(rx: dict, review: _Review) -> None:
    """Room for what is prescribed: in each window what comes by itself, and one bolus beside the basal; in the bag all of it."""
    needs, highest = review.needs, prescription.highest_rate_nl_h(rx)
    load_nl, vtbi_nl, bag_nl = rx["load_nl"], rx["vtbi_nl"], rx["bag_nl"]
    bolus_nl = max(rx["max_bolus_nl"], rx["clinician_bolus_nl"])
    for field, window in (("max_hour_nl", 60), ("max_4h_nl", 240), ("max_day_nl", 1_440)):
        minutes = max(0, min(window, rx["max_minutes"]) - _load_minutes(rx))
        due_nl = min(vtbi_nl, load_nl + highest * minutes // _MINUTES_PER_HOUR)
        if bolus_nl:
            due_nl = max(due_nl, highest * window // _MINUTES_PER_HOUR + bolus_nl)
        needs(SOFT, field, rx[field], due_nl, "nL")
    needs(HARD, "vtbi_nl", vtbi_nl, max(load_nl, bolus_nl), "nL")
    needs(HARD, "bag_nl", bag_nl, vtbi_nl, "nL")
    needs(SOFT, "bag_nl", bag_nl, vtbi_nl + prescription.kvo_nl(rx), "nL")


def _check_duration(rx: dict, review: _Review) -> None:
    """Long enough for every segment, for its own least time, and for the whole volume."""
    max_minutes, vtbi_nl = rx["max_minutes"], rx["vtbi_nl"]
    needed = max(rx["segments"][-1][0] + 1, rx["min_minutes"])
    review.needs(HARD, "max_minutes", max_minutes, needed, "min")
    if prescription.most_nl(rx, max_minutes) < vtbi_nl:
        needed = prescription.least_minutes(rx)
        if prescription.most_nl(rx, needed) < vtbi_nl:
            needed += 1
        review.needs(SOFT, "max_minutes", max_minutes, needed, "min")


def _load_minutes(rx: dict) -> int:
    """Rounded down; 0 without a load."""
    load_nl = rx["load_nl"]
    return load_nl * _MINUTES_PER_HOUR // rx["load_rate_nl_h"] if load_nl else 0
