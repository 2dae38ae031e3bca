"""Every profile of the drug library: its figures hold at their edges, and none is above the ceiling of its drug."""

from shared import ceilings, units
from shared.codes import PatientClass, Reason
from shared.drug_profiles import LIBRARY_VERSION, profile_of
from shared.prescription import fields, number_of
from shared.tests.checks import same
from shared.tests.library import PROFILE_IDS, figure, found, hard_reasons, profiles, typical

# What every profile must say; the rest is blocked where it is not said.
NEEDED = (
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
    "four_hour_ng_kg",
    "four_hour_ng",
    "day_ng_kg",
    "day_ng",
    "session_ng_kg",
    "session_ng",
    "soft_max_minutes",
    "hard_max_minutes",
    "min_minutes",
    "kvo_nl_h",
)
LOAD = ("load_ng_kg", "load_ng", "load_min_minutes")
BOLUS = ("bolus_soft_ng", "bolus_ng", "bolus_ng_h", "boluses", "lockout_soft_s", "lockout_s")
RAMP = ("ramp_ng_kg_h", "ramp_minutes")
# Lower or equal first.
RISING = (
    ("conc_min_ng_ml", "conc_max_ng_ml"),
    ("weight_min_g", "weight_max_g"),
    ("soft_min_ng_kg_h", "soft_max_ng_kg_h"),
    ("soft_max_ng_kg_h", "hard_max_ng_kg_h"),
    ("hour_ng_kg", "four_hour_ng_kg"),
    ("four_hour_ng_kg", "day_ng_kg"),
    ("hour_ng", "four_hour_ng"),
    ("four_hour_ng", "day_ng"),
    ("soft_max_minutes", "hard_max_minutes"),
    ("min_minutes", "soft_max_minutes"),
)


def test_every_profile_that_has_a_title_is_there_and_no_other():
    same(LIBRARY_VERSION, 2)
    for profile_id in PROFILE_IDS:
        profile = profile_of(profile_id)
        assert profile is not None, profile_id
        same(profile.id, profile_id)
    for profile_id in ("", "ket_home_test", "KET", "LID_CLINIC"):
        same(profile_of(profile_id), None)


def test_only_the_clinical_pca_profiles_are_switched_off():
    off = [name for name in PROFILE_IDS if not getattr(profile_of(name), "enabled", None)]
    same(off, ["FENTANYL_PCA", "HYDROMORPHONE_PCA", "MORPHINE_PCA"])


def test_every_profile_says_what_it_must_and_the_rest_wholly_or_not_at_all():
    known = NEEDED + LOAD + BOLUS + RAMP + ("clinician_ng",)
    for profile in profiles():
        for name in profile.figures:
            assert name in known, (profile.id, name)
        for name in NEEDED:
            assert type(profile.figures.get(name)) is int, (profile.id, name)
        for group in (LOAD, BOLUS, RAMP):
            said = [name for name in group if name in profile.figures]
            assert len(said) in (0, len(group)), (profile.id, said)
        for low, high in RISING:
            assert figure(profile, low) <= figure(profile, high), (profile.id, low)


def test_a_figure_that_is_not_there_is_none():
    profile = profile_of("ZOLEDRONATE")
    assert profile is not None
    same((profile.min_minutes, profile.bolus_ng, profile.load_ng), (15, None, None))


def test_no_profile_is_above_the_ceiling_of_its_drug():
    for profile in profiles():
        ceiling = ceilings.ceiling_of(profile.drug, PatientClass.ADULT)
        assert ceiling is not None, profile.drug
        for name, limit in (
            ("conc_max_ng_ml", ceiling.max_conc_ng_ml),
            ("hard_max_ng_kg_h", ceiling.max_ng_kg_h),
            ("hard_max_ng_h", ceiling.max_ng_h),
            ("load_ng_kg", ceiling.max_load_ng_kg),
            ("bolus_ng", ceiling.max_bolus_ng),
            ("hard_max_minutes", ceilings.MAX_MINUTES),
        ):
            assert profile.figures.get(name, 0) <= limit, (profile.id, name)


def test_a_frail_adult_has_half_of_every_dose_ceiling():
    for drug in ("Ketamine", "Lidocaine", "Magnesium sulphate", "Morphine", "Fentanyl"):
        adult = ceilings.ceiling_of(drug, PatientClass.ADULT)
        frail = ceilings.ceiling_of(drug, PatientClass.FRAIL_ADULT)
        assert adult is not None and frail is not None
        same(frail.max_conc_ng_ml, adult.max_conc_ng_ml)
        for index in range(1, 5):
            same(frail[index], adult[index] // 2)
    same(ceilings.ceiling_of("Propofol", PatientClass.ADULT), None)


def test_a_cap_for_an_hour_leaves_a_careful_window_room_at_the_rate_cap():
    # 61 minutes at the hard rate, unless the whole session is one dose.
    for profile in profiles():
        if profile.id == "ZOLEDRONATE":
            continue
        for cap, rate in (("hour_ng_kg", "hard_max_ng_kg_h"), ("hour_ng", "hard_max_ng_h")):
            limit, dose = figure(profile, cap), figure(profile, rate)
            assert limit * 60 >= dose * 61 or limit >= figure(profile, "session_ng"), profile.id


def test_every_profile_passes_at_its_hard_rate_and_is_refused_one_step_above():
    for profile in profiles():
        for weight_g in (figure(profile, "weight_min_g"), 61_337):
            terms = typical(profile, figure(profile, "hard_max_ng_kg_h"), weight_g)
            if terms["segments"][0][1] > ceilings.MAX_RATE_NL_H:
                continue
            same(hard_reasons(terms, profile), [])
            terms["segments"] = [[0, terms["segments"][0][1] + 1]]
            terms["max_hour_nl"] += 1
            reasons = hard_reasons(terms, profile)
            wanted = Reason.RATE_PER_KG_HARD_LIMIT
            if figure(profile, "hard_max_ng_kg_h") * weight_g // 1_000 > figure(
                profile, "hard_max_ng_h"
            ):
                wanted = Reason.RATE_HARD_LIMIT
            assert (wanted, "segments") in reasons, (profile.id, weight_g)


def test_absolute_rate_bites_for_heavy_patients():
    tried = 0
    for profile in profiles():
        weight_g, absolute = figure(profile, "weight_max_g"), figure(profile, "hard_max_ng_h")
        if figure(profile, "hard_max_ng_kg_h") * weight_g // 1_000 <= absolute:
            continue
        rate = units.volume_nl_of(absolute, figure(profile, "conc_min_ng_ml"))
        if rate > ceilings.MAX_RATE_NL_H:
            continue
        tried += 1
        terms = typical(profile, absolute * 1_000 // weight_g, weight_g)
        terms["segments"] = [[0, rate]]
        terms["max_hour_nl"] = rate
        same(hard_reasons(terms, profile), [])
        terms["segments"] = [[0, rate + 1]]
        terms["max_hour_nl"] = rate + 1
        assert (Reason.RATE_HARD_LIMIT, "segments") in hard_reasons(terms, profile), profile.id
    assert tried > 5


def test_window_and_volume_caps_hold_at_their_edge():
    highs = [row[4] for row in fields()]
    for profile in profiles():
        for field, per_kg, absolute, reason in (
            ("max_hour_nl", "hour_ng_kg", "hour_ng", Reason.HOUR_HARD_LIMIT),
            ("max_4h_nl", "four_hour_ng_kg", "four_hour_ng", Reason.FOUR_HOUR_HARD_LIMIT),
            ("max_day_nl", "day_ng_kg", "day_ng", Reason.DAY_HARD_LIMIT),
            ("vtbi_nl", "session_ng_kg", "session_ng", Reason.VTBI_HARD_LIMIT),
        ):
            for weight_g in (figure(profile, "weight_min_g"), figure(profile, "weight_max_g")):
                terms = typical(profile, 0, weight_g)
                terms["segments"] = [[0, ceilings.MIN_RATE_NL_H]]
                terms["max_hour_nl"] = ceilings.MIN_RATE_NL_H
                terms["vtbi_nl"] = terms["max_4h_nl"] = terms["max_day_nl"] = 500_000
                cap_ng = min(
                    figure(profile, per_kg) * weight_g // 1_000, figure(profile, absolute)
                )
                cap_nl = units.volume_nl_of(cap_ng, terms["conc_ng_ml"])
                # Magnesium's cap for an hour is more than the pump can move in one.
                pump_nl = highs[number_of(field)]
                terms[field] = min(cap_nl, pump_nl)
                same(hard_reasons(terms, profile), [])
                terms[field] += 1
                wanted = reason if cap_nl < pump_nl else Reason.FIELD_RANGE
                assert (wanted, field) in hard_reasons(terms, profile), (profile.id, field)


def test_concentration_weight_and_duration_hold_at_their_edges():
    for profile in profiles():
        for field, low, high, reason in (
            ("conc_ng_ml", "conc_min_ng_ml", "conc_max_ng_ml", Reason.CONCENTRATION),
            ("dosing_weight_g", "weight_min_g", "weight_max_g", Reason.WEIGHT),
            ("max_minutes", "soft_max_minutes", "hard_max_minutes", Reason.DURATION_HARD_LIMIT),
        ):
            # Volumes so small that a change of weight or concentration breaks no other limit.
            terms = typical(profile, 0, figure(profile, "weight_min_g"))
            rate = ceilings.MIN_RATE_NL_H
            terms["segments"] = [[0, rate]]
            terms["max_hour_nl"] = rate
            for name in ("max_4h_nl", "max_day_nl", "vtbi_nl"):
                terms[name] = 4 * rate
            for column in (low, high):
                terms[field] = figure(profile, column)
                same(hard_reasons(terms, profile), [])
            terms[field] = figure(profile, high) + 1
            assert (reason, field) in hard_reasons(terms, profile), (profile.id, field)
            if field != "max_minutes":
                terms[field] = figure(profile, low) - 1
                assert (reason, field) in hard_reasons(terms, profile), (profile.id, field)


def test_a_profile_that_is_switched_off_is_refused_by_name():
    for profile_id in ("MORPHINE_PCA", "HYDROMORPHONE_PCA", "FENTANYL_PCA"):
        profile = profile_of(profile_id)
        assert profile is not None
        terms = typical(profile, figure(profile, "hard_max_ng_kg_h"), 60_000)
        assert (Reason.NOT_SUPPORTED, "profile") in hard_reasons(terms), profile_id
        same(found(terms)[0].value, profile_id)
