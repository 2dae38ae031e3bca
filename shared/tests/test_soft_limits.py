"""Soft limits: what warns, and the recorded reason without which it blocks."""

from shared.codes import Override, Reason
from shared.drug_library import HARD, SOFT, blocking, check
from shared.prescription import number_of
from shared.tests.checks import same
from shared.tests.library import hard_reasons, library, typical
from shared.tests.samples import pca, rx

NO_CLINICIAN = {"clinician_bolus_nl": 0, "clinician_bolus_minutes": 0}
NO_LOAD = {"load_nl": 0, "load_rate_nl_h": 0}
NO_BOLUS = {"max_bolus_nl": 0, "bolus_rate_nl_h": 0, "max_boluses": 0, "lockout_s": 0}


def soft(terms: dict) -> list:
    return [(f.field, f.limit, f.value) for f in check(terms) if f.severity == SOFT]


def test_limits_that_leave_no_room_are_soft_findings():
    same(soft(rx(max_day_nl=167_999_999)), [("max_day_nl", 168_000_000, 167_999_999)])
    same(soft(rx(max_4h_nl=27_999_999)), [("max_4h_nl", 28_000_000, 27_999_999)])
    same(soft(rx(max_minutes=1_439)), [("max_minutes", 1_440, 1_439)])
    same(soft(rx(max_minutes=720, vtbi_nl=84_000_000, max_day_nl=84_000_000)), [])
    # A load and the rest of its hour, then a bolus beside an hour of basal.
    plain = dict(NO_CLINICIAN, segments=[[0, 1_000_000]], vtbi_nl=10_000_000)
    plain.update(NO_BOLUS)
    same(soft(pca(max_hour_nl=3_800_000, **plain)), [])
    same(soft(pca(max_hour_nl=3_799_999, **plain)), [("max_hour_nl", 3_800_000, 3_799_999)])
    same(soft(pca(max_hour_nl=2_000_000, **NO_CLINICIAN, **NO_LOAD)), [])
    same(
        soft(pca(max_hour_nl=1_999_999, **NO_CLINICIAN, **NO_LOAD)),
        [("max_hour_nl", 2_000_000, 1_999_999)],
    )
    same(
        soft(pca(max_4h_nl=5_999_999, **NO_LOAD)),
        [("max_4h_nl", 6_000_000, 5_999_999)],
    )
    same(soft(pca(bag_nl=30_099_999)), [("bag_nl", 30_100_000, 30_099_999)])


def test_a_soft_limit_blocks_until_its_field_has_a_reason():
    terms = typical(library("LID_LOW"), 1_200_000)
    findings = check(terms)
    same([(f.severity, f.field, f.limit) for f in findings], [(SOFT, "segments", 1_000_000)])
    (block,) = blocking(findings)
    same((block.reason, block.field), (Reason.SOFT_LIMIT, "segments"))
    terms["overrides"] = [[number_of("segments"), Override.SPECIALIST_ADVICE]]
    (finding,) = check(terms)
    same((finding.severity, finding.override), (SOFT, Override.SPECIALIST_ADVICE))
    same(blocking([finding]), [])
    same(check(typical(library("LID_LOW"), 1_000_000)), [])
    same(check(typical(library("LID_LOW"), 500_000)), [])
    (finding,) = check(typical(library("LID_LOW"), 499_999))
    same((finding.field, finding.limit), ("segments", 500_000))


def test_each_of_two_soft_limits_needs_its_own_reason():
    changes = {"max_minutes": 1_439, "max_4h_nl": 27_999_999}
    for overrides, blocked in (
        ([], ["max_4h_nl", "max_minutes"]),
        ([[12, 1]], ["max_4h_nl"]),
        ([[14, 1]], ["max_minutes"]),
        ([[12, 1], [14, 4]], []),
    ):
        findings = blocking(check(rx(overrides=overrides, **changes)))
        same(sorted([finding.field for finding in findings]), blocked)
        for finding in findings:
            same(finding.reason, Reason.SOFT_LIMIT)


def test_a_reason_for_a_field_inside_its_soft_limits_is_refused():
    for number in (0, 2, 9, 25):
        (finding,) = check(rx(overrides=[[number, Override.WEANING]]))
        same((finding.severity, finding.reason), (HARD, Reason.FIELD_RANGE))
        same(finding.field, "overrides")


def test_a_hard_limit_cannot_be_overridden():
    terms = typical(library("KET_HOME_TEST"), 100_000)
    terms["segments"] = [[0, terms["segments"][0][1] + 1]]
    terms["overrides"] = [[2, Override.PROTOCOL]]
    assert (Reason.RATE_PER_KG_HARD_LIMIT, "segments") in hard_reasons(terms)
    assert blocking(check(terms))
