"""The drug library: every limit at its edge, ceilings above it, and words for people."""

from shared import ceilings, units
from shared.codes import Reason
from shared.drug_library import (
    HARD,
    LIBRARY_VERSION,
    PROFILES,
    SOFT,
    Finding,
    check,
    hard_findings,
    profile_of,
    sentence,
)
from shared.drug_profiles import Profile
from shared.prescription import FIELDS, NUMBERS
from shared.tests.checks import same
from shared.tests.samples import rx

COLUMNS = (
    "id",
    "drug",
    "title",
    "conc_min_ng_ml",
    "conc_max_ng_ml",
    "weight_min_g",
    "weight_max_g",
    "soft_min_ng_kg_h",
    "soft_max_ng_kg_h",
    "hard_max_ng_kg_h",
    "hard_max_ng_h",
    "hour_ng_kg",
    "hour_ng",
    "day_ng_kg",
    "day_ng",
    "session_ng_kg",
    "session_ng",
    "soft_max_minutes",
    "hard_max_minutes",
)


def with_column(profile: Profile, column: str, value) -> tuple:
    values = [value if name == column else getattr(profile, name) for name in COLUMNS]
    return (Profile(*values),)


def library(profile_id: str) -> Profile:
    profile = profile_of(profile_id)
    if profile is None:
        raise AssertionError("no profile " + profile_id)
    return profile


def typical(profile: Profile, dose_ng_kg_h: int, weight_g: int = 70_000) -> dict:
    """A prescription at a dose, with caps a little above the rate and for the longest session."""
    conc = profile.conc_min_ng_ml
    rate = units.rate_nl_h_of(dose_ng_kg_h, weight_g, conc)
    vtbi = rate * profile.hard_max_minutes // 60
    return rx(
        drug=profile.drug,
        profile=profile.id,
        conc_ng_ml=conc,
        dosing_weight_g=weight_g,
        segments=[[0, rate]],
        max_hour_nl=rate,
        max_day_nl=vtbi,
        vtbi_nl=vtbi,
        max_minutes=profile.hard_max_minutes,
    )


def hard_reasons(terms: dict) -> list:
    return [(finding.reason, finding.field) for finding in hard_findings(check(terms))]


def test_the_three_demonstration_prescriptions_pass_without_a_word():
    for profile_id, dose, conc in (
        ("KET_HOME_TEST", 100_000, 1_000_000),
        ("LID_LOW", 1_000_000, 10_000_000),
        ("MG", 8_000_000, 80_000_000),
    ):
        profile = library(profile_id)
        terms = typical(profile, dose)
        terms["conc_ng_ml"] = conc
        terms["segments"] = [[0, 7_000_000]]
        terms["max_hour_nl"] = 7_700_000
        terms["max_day_nl"] = 175_000_000
        terms["vtbi_nl"] = 168_000_000
        same(check(terms), [])


def test_every_profile_passes_at_its_hard_rate_and_is_refused_one_step_above():
    for profile in PROFILES:
        for weight_g in (profile.weight_min_g, 61_337):
            terms = typical(profile, profile.hard_max_ng_kg_h, weight_g)
            same(hard_reasons(terms), [])
            terms["segments"] = [[0, terms["segments"][0][1] + 1]]
            terms["max_hour_nl"] += 1
            reasons = hard_reasons(terms)
            assert (Reason.RATE_PER_KG_HARD_LIMIT, "segments") in reasons, profile.id


def test_absolute_rate_bites_for_heavy_patients():
    for profile in PROFILES:
        weight_g = profile.weight_max_g
        if profile.hard_max_ng_kg_h * weight_g // 1_000 <= profile.hard_max_ng_h:
            continue
        rate = units.volume_nl_of(profile.hard_max_ng_h, profile.conc_min_ng_ml)
        terms = typical(profile, profile.soft_min_ng_kg_h, weight_g)
        terms["segments"] = [[0, rate]]
        terms["max_hour_nl"] = rate
        same(hard_reasons(terms), [])
        terms["segments"] = [[0, rate + 1]]
        terms["max_hour_nl"] = rate + 1
        assert (Reason.RATE_HARD_LIMIT, "segments") in hard_reasons(terms)


def test_hour_day_and_volume_caps_hold_at_their_edge():
    for profile in PROFILES:
        for field, per_kg, absolute, reason in (
            ("max_hour_nl", "hour_ng_kg", "hour_ng", Reason.HOUR_HARD_LIMIT),
            ("max_day_nl", "day_ng_kg", "day_ng", Reason.DAY_HARD_LIMIT),
            ("vtbi_nl", "session_ng_kg", "session_ng", Reason.VTBI_HARD_LIMIT),
        ):
            for weight_g in (profile.weight_min_g, profile.weight_max_g):
                terms = typical(profile, profile.soft_min_ng_kg_h, weight_g)
                cap_ng = min(
                    getattr(profile, per_kg) * weight_g // 1_000, getattr(profile, absolute)
                )
                cap_nl = units.volume_nl_of(cap_ng, terms["conc_ng_ml"])
                # Magnesium's cap for an hour is more than the pump can move in one.
                pump_nl = FIELDS[NUMBERS[field]][4]
                terms[field] = min(cap_nl, pump_nl)
                same(hard_reasons(terms), [])
                terms[field] += 1
                wanted = reason if cap_nl < pump_nl else Reason.FIELD_RANGE
                same(hard_reasons(terms), [(wanted, field)])


def test_concentration_weight_and_duration_hold_at_their_edges():
    for profile in PROFILES:
        for field, low, high, reason in (
            (
                "conc_ng_ml",
                profile.conc_min_ng_ml,
                profile.conc_max_ng_ml,
                Reason.CONCENTRATION,
            ),
            ("dosing_weight_g", profile.weight_min_g, profile.weight_max_g, Reason.WEIGHT),
            ("max_minutes", 1, profile.hard_max_minutes, Reason.DURATION_HARD_LIMIT),
        ):
            terms = typical(profile, profile.soft_min_ng_kg_h, profile.weight_min_g)
            # Volumes so small that a change of weight or concentration breaks no other limit.
            terms["segments"] = [[0, ceilings.MIN_RATE_NL_H]]
            for name in ("max_hour_nl", "max_day_nl", "vtbi_nl"):
                terms[name] = ceilings.MIN_RATE_NL_H
            for value in (low, high):
                terms[field] = value
                same(hard_reasons(terms), [])
            for value in (low - 1, high + 1):
                if value > 0:
                    terms[field] = value
                    assert (reason, field) in hard_reasons(terms), (profile.id, field)


def test_soft_limits_warn_and_do_not_block():
    profile = library("LID_LOW")
    findings = check(typical(profile, 1_200_000))
    same(
        [(f.severity, f.field, f.limit, f.value) for f in findings],
        [(SOFT, "segments", 1_000_000, 1_200_000)],
    )
    findings = check(typical(profile, 400_000))
    same(
        [(f.severity, f.field, f.limit, f.value) for f in findings],
        [(SOFT, "segments", 500_000, 400_000)],
    )
    same(check(typical(profile, 500_000)), [])
    same(check(typical(profile, 1_000_000)), [])


def test_a_blank_limit_blocks_whatever_it_is():
    profile = library("KET_HOME_TEST")
    same(check(rx(), (profile,)), [])
    for column in COLUMNS[3:]:
        findings = check(rx(), with_column(profile, column, None))
        assert hard_findings(findings), column
        assert findings[0].limit is None, column
        assert "sets no limit" in sentence(findings[0]), column


def test_unknown_profile_drug_and_library_are_refused():
    same(hard_reasons(rx(profile="KET_NIGHT")), [(Reason.UNKNOWN_PROFILE, "profile")])
    same(hard_reasons(rx(profile="ket_home_test")), [(Reason.UNKNOWN_PROFILE, "profile")])
    same(hard_reasons(rx(library_version=2)), [(Reason.LIBRARY_VERSION, "library_version")])
    same(LIBRARY_VERSION, 1)
    same(hard_reasons(rx(drug="ketamine")), [(Reason.DRUG_MISMATCH, "drug")])
    reasons = hard_reasons(rx(drug="Lidocaine"))
    same(reasons, [(Reason.DRUG_MISMATCH, "drug")])


def test_ceiling_holds_even_if_a_library_allows_more():
    generous = library("KET_DAY")
    for column in ("hard_max_ng_kg_h", "hard_max_ng_h", "hour_ng", "hour_ng_kg", "conc_max_ng_ml"):
        (generous,) = with_column(generous, column, 1 << 50)
    terms = typical(library("KET_DAY"), 600_000)
    for name in ("vtbi_nl", "max_day_nl"):
        terms[name] = 42_000_000
    same(
        [(f.reason, f.unit) for f in hard_findings(check(terms, (generous,)))],
        [
            (Reason.RATE_HARD_LIMIT, "ng/h"),
            (Reason.RATE_PER_KG_HARD_LIMIT, "ng/kg/h"),
        ],
    )
    terms = rx(profile="KET_DAY", conc_ng_ml=50_000_001, segments=[[0, 50_000]])
    reasons = [f.reason for f in hard_findings(check(terms, (generous,)))]
    assert Reason.CONCENTRATION in reasons


def test_no_profile_is_above_the_ceiling_of_its_drug_or_lacks_a_limit():
    for profile in PROFILES:
        ceiling = ceilings.ceiling_of(profile.drug)
        assert ceiling is not None, profile.drug
        assert profile.conc_max_ng_ml <= ceiling.max_conc_ng_ml
        assert profile.hard_max_ng_kg_h <= ceiling.max_ng_kg_h
        assert profile.hard_max_ng_h <= ceiling.max_ng_h
        for column in COLUMNS[3:]:
            assert type(getattr(profile, column)) is int, (profile.id, column)
        for low, high in (
            ("conc_min_ng_ml", "conc_max_ng_ml"),
            ("weight_min_g", "weight_max_g"),
            ("soft_min_ng_kg_h", "soft_max_ng_kg_h"),
            ("soft_max_ng_kg_h", "hard_max_ng_kg_h"),
            ("hard_max_ng_kg_h", "hour_ng_kg"),
            ("hard_max_ng_h", "hour_ng"),
            ("hour_ng_kg", "day_ng_kg"),
            ("hour_ng", "day_ng"),
            ("session_ng_kg", "day_ng_kg"),
            ("session_ng", "day_ng"),
            ("soft_max_minutes", "hard_max_minutes"),
        ):
            assert getattr(profile, low) <= getattr(profile, high), (profile.id, low)
        assert profile.hard_max_minutes <= ceilings.MAX_MINUTES


def test_ids_of_profiles_are_single():
    ids = [profile.id for profile in PROFILES]
    same(len(set(ids)), len(ids))
    for wanted in ("KET_HOME_TEST", "KET_DAY", "LID_LOW", "MG"):
        assert wanted in ids


def test_caps_that_contradict_the_rate_are_found():
    findings = check(rx(max_hour_nl=6_999_999))
    same(findings, [Finding(HARD, Reason.FIELD_RANGE, "max_hour_nl", 7_000_000, 6_999_999, "nL")])
    findings = check(rx(max_day_nl=167_999_999))
    same((findings[0].severity, findings[0].field), (SOFT, "max_day_nl"))
    findings = check(rx(max_minutes=1_439))
    same((findings[0].severity, findings[0].field), (SOFT, "max_minutes"))
    same(check(rx(max_minutes=720, vtbi_nl=84_000_000, max_day_nl=84_000_000)), [])


def test_findings_come_hard_first_and_say_each_thing_once():
    terms = rx(
        segments=[[0, 60_000_000]], max_hour_nl=60_000_000, profile="KET_DAY", max_minutes=241
    )
    findings = check(terms)
    severities = [finding.severity for finding in findings]
    same(severities, sorted(severities, reverse=True))
    for index in range(len(findings)):
        assert findings[index] not in findings[:index]
    soft = [(f.reason, f.field) for f in findings if f.severity == SOFT]
    for pair in hard_reasons(terms):
        assert pair not in soft


def test_any_dict_may_come_in():
    same(check({})[0].reason, Reason.MALFORMED)
    same(check(rx(vtbi_nl="much"))[0].field, "vtbi_nl")
    same(check(rx(max_bolus_nl=5))[0].reason, Reason.NOT_SUPPORTED)
    for findings in (check({}), check(rx(vtbi_nl=0))):
        same([finding.severity for finding in findings], [HARD])


def test_sentences_are_for_people():
    def first(**changes):
        return sentence(check(rx(**changes))[0])

    same(
        first(segments=[[0, 8_400_000]], max_hour_nl=8_400_000),
        "Rate: 8.4 mg/h is above the hard limit of 8 mg/h.",
    )
    same(
        first(segments=[[0, 7_000_001]]),
        "Rate: 0.100001 mg/kg/h is above the hard limit of 0.1 mg/kg/h.",
    )
    same(
        first(dosing_weight_g=39_500),
        "Dosing weight: 39.5 kg is below the hard limit of 40 kg.",
    )
    same(first(profile="X"), "Profile: profile not in the drug library (X).")
    same(first(vtbi_nl=0), "Volume to be infused: field out of range.")
    same(
        first(max_hour_nl=6_000_000),
        "Limit for one hour: 6 mL is less than the 7 mL that this infusion needs.",
    )
    same(
        first(segments=[[0, 1_050_000]], max_minutes=1_440, vtbi_nl=1_000_000),
        "Rate: 0.015 mg/kg/h is below the soft limit of 0.02 mg/kg/h.",
    )
    same(first(max_minutes=1_441), "Duration: 1441 min is above the hard limit of 1440 min.")
