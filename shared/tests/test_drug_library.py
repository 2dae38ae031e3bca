"""The drug library: each rule at its edge, ceilings above it, soft limits with and without a reason."""

from shared import ceilings
from shared.codes import PatientClass, Reason
from shared.drug_library import HARD, SOFT, Finding, blocking, check
from shared.tests.checks import same
from shared.tests.library import found, hard_reasons, library, typical, with_figures
from shared.tests.samples import pca, rx

NO_CLINICIAN = {"clinician_bolus_nl": 0, "clinician_bolus_minutes": 0}
NO_LOAD = {"load_nl": 0, "load_rate_nl_h": 0}
NO_BOLUS = {"max_bolus_nl": 0, "bolus_rate_nl_h": 0, "max_boluses": 0, "lockout_s": 0}
NO_KVO = {"kvo_rate_nl_h": 0, "kvo_minutes": 0}


def reasons(**changes) -> list:
    return hard_reasons(pca(**changes))


def test_the_demonstration_prescriptions_pass_without_a_word():
    for profile_id, dose, conc in (
        ("KET_HOME_TEST", 100_000, 1_000_000),
        ("LID_LOW", 1_000_000, 10_000_000),
        ("MG", 8_000_000, 80_000_000),
    ):
        terms = typical(library(profile_id), dose)
        terms.update(
            conc_ng_ml=conc,
            segments=[[0, 7_000_000]],
            max_hour_nl=7_700_000,
            max_4h_nl=30_800_000,
            max_day_nl=175_000_000,
            vtbi_nl=168_000_000,
        )
        same(check(terms), [])


def test_everything_that_a_pump_can_give_passes_together():
    same(check(pca()), [])


def test_each_limit_of_dose_time_and_count_holds_at_its_edge():
    # changes at the limit, field, one step beyond, reason, field that is named
    light = {"dosing_weight_g": 40_000, "segments": [[0, 500_000]]}
    for changes, field, beyond, reason in (
        ({"segments": [[0, 1_000_000]]}, "segments", [[0, 1_000_001]], Reason.RATE_HARD_LIMIT),
        (
            dict(light, segments=[[0, 800_000]]),
            "segments",
            [[0, 800_001]],
            Reason.RATE_PER_KG_HARD_LIMIT,
        ),
        ({"max_hour_nl": 10_000_000}, "max_hour_nl", 10_000_001, Reason.HOUR_HARD_LIMIT),
        ({"max_4h_nl": 30_000_000}, "max_4h_nl", 30_000_001, Reason.FOUR_HOUR_HARD_LIMIT),
        ({"max_day_nl": 180_000_000}, "max_day_nl", 180_000_001, Reason.DAY_HARD_LIMIT),
        (
            {"vtbi_nl": 179_900_000, "bag_nl": 200_000_000},
            "vtbi_nl",
            179_900_001,
            Reason.VTBI_HARD_LIMIT,
        ),
        ({"load_nl": 5_000_000}, "load_nl", 5_000_001, Reason.LOAD_HARD_LIMIT),
        (
            dict(light, load_nl=4_000_000),
            "load_nl",
            4_000_001,
            Reason.LOAD_HARD_LIMIT,
        ),
        ({"load_rate_nl_h": 16_363_637}, "load_rate_nl_h", 18_000_001, Reason.LOAD_HARD_LIMIT),
        ({"max_bolus_nl": 2_000_000}, "max_bolus_nl", 2_000_001, Reason.BOLUS_HARD_LIMIT),
        (
            {"bolus_rate_nl_h": 60_000_000},
            "bolus_rate_nl_h",
            60_000_001,
            Reason.BOLUS_HARD_LIMIT,
        ),
        ({"max_boluses": 120}, "max_boluses", 121, Reason.BOLUS_HARD_LIMIT),
        (
            {"clinician_bolus_nl": 4_000_000},
            "clinician_bolus_nl",
            4_000_001,
            Reason.BOLUS_HARD_LIMIT,
        ),
        (
            {"segments": [[0, 300_000], [10, 1_000_000]]},
            "segments",
            [[0, 299_999], [10, 1_000_000]],
            Reason.RAMP_HARD_LIMIT,
        ),
        (
            {"segments": [[0, 500_000], [10, 600_000]]},
            "segments",
            [[0, 500_000], [9, 600_000]],
            Reason.RAMP_HARD_LIMIT,
        ),
        ({"kvo_rate_nl_h": 500_000}, "kvo_rate_nl_h", 500_001, Reason.KVO_HARD_LIMIT),
        ({"max_minutes": 1_440}, "max_minutes", 1_441, Reason.DURATION_HARD_LIMIT),
    ):
        same((field, reasons(**changes)), (field, []))
        terms = pca(**changes)
        terms[field] = beyond
        assert (reason, field) in hard_reasons(terms), field


def test_the_librarys_own_lockout_and_bolus_hold_where_the_programs_would_let_pass():
    """SR-029"""
    terms = pca()
    profile = with_figures(library("PCA_TEST"), lockout_s=601, lockout_soft_s=601)
    same(hard_reasons(terms, profile), [(Reason.LOCKOUT_HARD_LIMIT, "lockout_s")])
    profile = with_figures(library("PCA_TEST"), bolus_soft_ng=999_999, lockout_soft_s=601)
    findings = found(terms, profile)
    same([(f.severity, f.field) for f in findings], [(SOFT, "max_bolus_nl"), (SOFT, "lockout_s")])
    profile = with_figures(library("PCA_TEST"), kvo_nl_h=0)
    same(hard_reasons(terms, profile), [(Reason.KVO_HARD_LIMIT, "kvo_rate_nl_h")])
    same(reasons(lockout_s=299), [(Reason.FIELD_RANGE, "lockout_s")])


def test_a_blank_limit_blocks_whatever_it_is():
    profile = library("PCA_TEST")
    same(found(pca(), profile), [])
    for name in sorted(profile.figures):
        findings = found(pca(), with_figures(profile, **{name: None}))
        assert findings and findings[0].severity == HARD, name
        assert findings[0].limit is None, name


def test_what_is_not_asked_for_needs_no_limit():
    same(found(rx(), library("KET_HOME_TEST")), [])
    for changes, reason, field in (
        ({"load_nl": 1_000_000, "load_rate_nl_h": 7_000_000}, Reason.LOAD_HARD_LIMIT, "load_nl"),
        (
            {
                "max_bolus_nl": 50_000,
                "bolus_rate_nl_h": 7_000_000,
                "max_boluses": 1,
                "lockout_s": 600,
            },
            Reason.BOLUS_HARD_LIMIT,
            "max_bolus_nl",
        ),
        (
            {"clinician_bolus_nl": 200_000, "clinician_bolus_minutes": 1},
            Reason.BOLUS_HARD_LIMIT,
            "clinician_bolus_nl",
        ),
    ):
        assert (reason, field) in hard_reasons(rx(**changes)), field


def test_a_profile_without_steps_has_one_constant_rate():
    terms = typical(library("ZOLEDRONATE"), 20_000)
    rate = terms["segments"][0][1]
    terms.update(segments=[[0, rate], [60, rate - 1]])
    same(hard_reasons(terms), [(Reason.RAMP_HARD_LIMIT, "segments")])


def test_less_may_come_at_any_time_and_an_increase_counts_from_the_step_before():
    same(check(pca(segments=[[0, 1_000_000], [1, 200_000], [2, 150_000]], **NO_KVO)), [])
    terms = pca(segments=[[0, 500_000], [20, 400_000], [29, 500_000]])
    same(hard_reasons(terms), [(Reason.RAMP_HARD_LIMIT, "segments")])


def test_an_infusion_that_can_be_over_too_soon_is_refused():
    terms = typical(library("ZOLEDRONATE"), 20_000)
    terms.update(segments=[[0, 80_000_000]], max_hour_nl=80_000_000, max_day_nl=80_000_000)
    terms.update(vtbi_nl=20_000_000, max_minutes=60)
    same(check(terms), [])
    terms["vtbi_nl"] = 19_999_999
    same(
        check(terms),
        [Finding(HARD, Reason.MIN_TIME_HARD_LIMIT, "vtbi_nl", 15, 14, "min", 0)],
    )
    # The prescriber's own may be longer, and counts loads and boluses too.
    same(hard_reasons(rx(min_minutes=1_440)), [])
    same(hard_reasons(rx(min_minutes=1_440, vtbi_nl=167_999_999)), [(38, "vtbi_nl")])
    slow = dict(NO_CLINICIAN, vtbi_nl=20_000_000, max_boluses=10)
    same(reasons(min_minutes=120, **slow), [])
    same(reasons(min_minutes=480, **slow), [(Reason.MIN_TIME_HARD_LIMIT, "vtbi_nl")])
    slow.update(NO_BOLUS)
    same(reasons(min_minutes=480, **slow), [])


def test_no_bolus_is_slower_than_the_basal_and_no_kvo_faster():
    """SR-028"""
    reason = Reason.FIELD_RANGE
    for changes, field in (
        ({"bolus_rate_nl_h": 999_999, "max_bolus_nl": 50_000}, "bolus_rate_nl_h"),
        ({"load_rate_nl_h": 499_999, "load_nl": 100_000}, "load_rate_nl_h"),
        (
            {"clinician_bolus_nl": 999_999, "clinician_bolus_minutes": 60},
            "clinician_bolus_minutes",
        ),
        ({"clinician_bolus_minutes": 9}, "clinician_bolus_minutes"),
        ({"lockout_s": 300, "bolus_rate_nl_h": 11_999_999}, "lockout_s"),
    ):
        same(reasons(**changes), [(reason, field)])
    same(reasons(clinician_bolus_minutes=10), [])
    same(reasons(lockout_s=300, bolus_rate_nl_h=12_000_000), [])
    same(reasons(clinician_bolus_nl=1_000_000, clinician_bolus_minutes=60), [])
    same(
        reasons(segments=[[0, 500_000], [30, 99_999]]),
        [(Reason.KVO_HARD_LIMIT, "kvo_rate_nl_h")],
    )


def test_fields_that_contradict_each_other_are_refused():
    for terms, field in (
        (rx(max_hour_nl=6_999_999), "max_hour_nl"),
        (pca(max_hour_nl=999_999), "max_hour_nl"),
        (rx(bag_nl=167_999_999), "bag_nl"),
        (pca(vtbi_nl=2_999_999, min_minutes=1), "vtbi_nl"),
        (pca(segments=[[0, 500_000], [720, 400_000]]), "max_minutes"),
        (rx(max_minutes=59, vtbi_nl=7_000_000), "max_minutes"),
    ):
        assert (Reason.FIELD_RANGE, field) in hard_reasons(terms), field


def test_unknown_profile_drug_and_library_are_refused():
    """SR-112: also one that was written with another version of the library."""
    same(hard_reasons(rx(profile="KET_NIGHT")), [(Reason.UNKNOWN_PROFILE, "profile")])
    same(hard_reasons(rx(profile="ket_home_test")), [(Reason.UNKNOWN_PROFILE, "profile")])
    for version in (1, 3):
        wanted = [(Reason.LIBRARY_VERSION, "library_version")]
        same(hard_reasons(rx(library_version=version)), wanted)
    same(hard_reasons(rx(drug="ketamine")), [(Reason.DRUG_MISMATCH, "drug")])
    same(hard_reasons(rx(drug="Lidocaine")), [(Reason.DRUG_MISMATCH, "drug")])


def test_ceiling_holds_even_if_a_library_allows_more():
    much = 1 << 50
    names = sorted(library("PCA_TEST").figures)
    generous = {name: much for name in names if "min" not in name and name != "lockout_s"}
    generous.update(lockout_soft_s=300)
    profile = with_figures(library("PCA_TEST"), **generous)
    same(found(pca(), profile), [])
    for changes, reason, field in (
        ({"conc_ng_ml": 5_000_001}, Reason.CONCENTRATION, "conc_ng_ml"),
        ({"segments": [[0, 1_000_001]]}, Reason.RATE_HARD_LIMIT, "segments"),
        (
            {"segments": [[0, 800_001]], "dosing_weight_g": 40_000},
            Reason.RATE_PER_KG_HARD_LIMIT,
            "segments",
        ),
        ({"load_nl": 7_000_001}, Reason.LOAD_HARD_LIMIT, "load_nl"),
        ({"max_bolus_nl": 2_000_001}, Reason.BOLUS_HARD_LIMIT, "max_bolus_nl"),
        ({"clinician_bolus_nl": 7_000_001}, Reason.BOLUS_HARD_LIMIT, "clinician_bolus_nl"),
    ):
        assert (reason, field) in hard_reasons(pca(**changes), profile), field


def test_a_frail_adult_is_held_to_half():
    terms = pca(patient_class=PatientClass.FRAIL_ADULT)
    same(
        hard_reasons(terms),
        [(Reason.RATE_HARD_LIMIT, "segments"), (Reason.RATE_PER_KG_HARD_LIMIT, "segments")],
    )
    terms["segments"] = [[0, 500_000]]
    same(hard_reasons(terms), [])
    terms["max_bolus_nl"] = 1_000_001
    same(hard_reasons(terms), [(Reason.BOLUS_HARD_LIMIT, "max_bolus_nl")])


def test_findings_come_hard_first_and_say_each_thing_once():
    terms = rx(
        segments=[[0, 60_000_000]], max_hour_nl=60_000_000, profile="KET_DAY", max_minutes=241
    )
    findings = check(terms)
    severities = [finding.severity for finding in findings]
    same(severities, sorted(severities, reverse=True))
    assert SOFT in severities and HARD in severities
    for index in range(len(findings)):
        assert findings[index] not in findings[:index]
    for finding in findings:
        if finding.severity == SOFT:
            assert (finding.reason, finding.field) not in hard_reasons(terms)


def test_any_dict_may_come_in():
    same(check({})[0].reason, Reason.MALFORMED)
    same(check(rx(vtbi_nl="much"))[0].field, "vtbi_nl")
    same(check(rx(starts_after_s=5))[0].reason, Reason.NOT_SUPPORTED)
    for findings in (check({}), check(rx(vtbi_nl=0))):
        same([finding.severity for finding in findings], [HARD])
        same(blocking(findings), findings)
    assert ceilings.ceiling_of("", 1) is None
