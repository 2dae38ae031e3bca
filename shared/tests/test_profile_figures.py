"""Every figure of every profile once more, one row a limit as on the pages of docs/CLINICAL.md, with the evidence mark it has there.

Who changes a figure of the library changes it here as well, and can say why. The marks are compared in tools/tests/test_profile_marks.py.
"""

from shared.drug_profiles import profile_of
from shared.tests.checks import same

INFUSIONS = (
    "KET_HOME_TEST",
    "KET_DAY",
    "KET_MULTI",
    "LID_LOW",
    "MG",
    "ZOLEDRONATE",
    "PAMIDRONATE",
)
PCA = ("PCA_TEST", "MORPHINE_PCA", "HYDROMORPHONE_PCA", "FENTANYL_PCA")
DRUGS = (
    (
        INFUSIONS,
        (
            "Ketamine",
            "Ketamine",
            "Ketamine",
            "Lidocaine",
            "Magnesium sulphate",
            "Zoledronate",
            "Pamidronate",
        ),
    ),
    (PCA, ("Morphine", "Morphine", "Hydromorphone", "Fentanyl")),
)

# Figure of the library; how many of its units make one of these (1,000 ng are 1 µg); one value a profile, None where it is blocked;
# its marks in the same order: V and V2 read at first and at second hand, D derived, E engineering, - none.
INFUSION_FIGURES = (
    ("conc_min_ng_ml", 1_000, (1_000, 1_000, 1_000, 10_000, 40_000, 40, 100), "E E E V2 E V E"),
    ("conc_max_ng_ml", 1_000, (2_000, 2_000, 2_000, 20_000, 80_000, 50, 360), "E E V2 V2 E V V"),
    ("weight_min_g", 1_000, (40, 40, 40, 40, 40, 40, 40), "E E E V2 E E E"),
    ("weight_max_g", 1_000, (150, 150, 150, 150, 140, 150, 150), "E E E E D E E"),
    ("soft_min_ng_kg_h", 1_000, (20, 50, 50, 500, 4_000, 0, 0), "E E V2 E E E E"),
    ("soft_max_ng_kg_h", 1_000, (100, 350, 300, 1_000, 10_000, 500, 1_500), "E V2 E E V D D"),
    ("hard_max_ng_kg_h", 1_000, (100, 500, 500, 1_500, 10_000, 500, 1_500), "E V2 V2 V E D D"),
    ("hard_max_ng_h", 1_000_000, (8, 40, 40, 120, 1_400, 20, 60), "E V V V2 D D V"),
    ("hour_ng_kg", 1_000, (110, 550, 550, 2_750, 60_000, 125, 1_650), "E E E D D D E"),
    (
        "hour_ng",
        1_000,
        (8_800, 44_000, 44_000, 220_000, 8_400_000, 5_000, 66_000),
        "E E E D D D E",
    ),
    ("four_hour_ng_kg", 1_000, (440, 2_000, 2_200, 7_250, 90_000, 125, 2_250), "E D E D D D D"),
    (
        "four_hour_ng",
        1_000,
        (35_200, 160_000, 176_000, 580_000, 12_600_000, 5_000, 90_000),
        "E D E D D D V",
    ),
    ("day_ng_kg", 1_000, (2_500, 2_000, 12_500, 37_250, 290_000, 125, 2_250), "E D E D D D D"),
    ("day_ng", 1_000_000, (200, 160, 1_000, 2_980, 20_000, 5, 90), "E D E D E D V"),
    ("session_ng_kg", 1_000, (2_400, 2_000, 50_000, 37_250, 290_000, 125, 2_250), "D D D D D D D"),
    ("session_ng", 1_000_000, (192, 160, 4_000, 2_980, 20_000, 5, 90), "D D D D E D V"),
    ("soft_max_minutes", 1, (1_440, 240, 6_000, 1_440, 1_440, 120, 240), "E - V V+V2 V E V"),
    ("hard_max_minutes", 1, (1_440, 240, 7_200, 1_440, 1_440, 240, 480), "E - V - - E E"),
    ("min_minutes", 1, (0, 30, 30, 0, 15, 15, 120), "E E E E V2 V V"),
    ("ramp_ng_kg_h", 1_000, (50, 50, 50, 500, 2_000, None, None), "E E E E E - -"),
    ("ramp_minutes", 1, (30, 30, 120, 240, 60, None, None), "E E V2 E E - -"),
    ("kvo_nl_h", 1_000_000, (1, 0, 0, 0, 1, 0, 0), "E E E E E E E"),
    ("load_ng_kg", 1_000, (None, None, None, 1_500, 50_000, None, None), "- - - V V - -"),
    ("load_ng", 1_000_000, (None, None, None, 120, 7_000, None, None), "- - - V2 D - -"),
    ("load_min_minutes", 1, (None, None, None, 10, 15, None, None), "- - - V V - -"),
)
PCA_FIGURES = (
    ("conc_min_ng_ml", 1_000, (1_000, 1_000, 200, 10), "V2 V2 V2 V2"),
    ("conc_max_ng_ml", 1_000, (1_000, 1_000, 200, 10), "V2 V2 V2 V2"),
    ("weight_min_g", 1_000, (40, 50, 50, 50), "E E E E"),
    ("weight_max_g", 1_000, (150, 150, 150, 150), "E E E E"),
    ("soft_min_ng_kg_h", 1, (0, 0, 0, 0), "E V2 V2 V2"),
    ("soft_max_ng_kg_h", 1, (15_000, 1_000, 200, 10), "E D D D"),
    ("hard_max_ng_kg_h", 1, (20_000, 1_000, 200, 10), "E D D D"),
    ("hard_max_ng_h", 1, (1_000_000, 50_000, 10_000, 500), "E D D D"),
    ("hour_ng_kg", 1_000, (250, 200, 30, 2), "D D D D"),
    ("hour_ng", 1_000, (10_000, 10_000, 1_500, 100), "V2 V2 V2 E"),
    ("four_hour_ng_kg", 1_000, (750, 600, 120, 6), "D D D D"),
    ("four_hour_ng", 1_000, (30_000, 30_000, 6_000, 300), "V2 V2 V2 V2"),
    ("day_ng_kg", 1_000, (4_500, 3_600, 720, 36), "D D D D"),
    ("day_ng", 1_000, (180_000, 180_000, 36_000, 1_800), "D D D D"),
    ("session_ng_kg", 1_000, (4_500, 3_600, 720, 36), "D D D D"),
    ("session_ng", 1_000, (180_000, 180_000, 36_000, 1_800), "D D D D"),
    ("soft_max_minutes", 1, (1_440, 1_440, 1_440, 1_440), "E E E E"),
    ("hard_max_minutes", 1, (1_440, 1_440, 1_440, 1_440), "E E E E"),
    ("min_minutes", 1, (10, 60, 60, 60), "E E E E"),
    ("load_ng_kg", 1_000, (100, None, None, None), "E - - -"),
    ("load_ng", 1_000_000, (5, None, None, None), "E - - -"),
    ("load_min_minutes", 1, (10, None, None, None), "E - - -"),
    ("bolus_soft_ng", 1_000, (1_000, 1_000, 200, 10), "V V E E"),
    ("bolus_ng", 1_000, (2_000, 2_000, 400, 20), "E E E E"),
    ("bolus_ng_h", 1_000, (60_000, 60_000, 12_000, 600), "E E E E"),
    ("boluses", 1, (120, 180, 180, 180), "E D D D"),
    ("lockout_soft_s", 1, (300, 300, 600, 300), "V2 V2 V2 V2"),
    ("lockout_s", 1, (300, 300, 300, 300), "V2 V2 V2 E"),
    ("clinician_ng", 1_000_000, (4, None, None, None), "E - - -"),
    ("ramp_ng_kg_h", 1_000, (10, None, None, None), "E - - -"),
    ("ramp_minutes", 1, (10, None, None, None), "E - - -"),
    ("kvo_nl_h", 1_000_000, (1, 0, 0, 0), "E E E E"),
)


def compare(profile_ids, rows):
    for index in range(len(profile_ids)):
        profile = profile_of(profile_ids[index])
        assert profile is not None, profile_ids[index]
        for name, unit, values, _ in rows:
            wanted = None if values[index] is None else values[index] * unit
            assert profile.figures.get(name) == wanted, (profile.id, name)
        # No figure is missing here.
        for name in profile.figures:
            assert name in [row[0] for row in rows], (profile.id, name)


def test_every_figure_of_an_infusion_is_the_one_that_was_decided():
    compare(INFUSIONS, INFUSION_FIGURES)


def test_every_figure_of_a_pca_is_the_one_that_was_decided():
    compare(PCA, PCA_FIGURES)


def test_each_row_has_a_value_and_a_mark_for_each_profile():
    for profile_ids, rows in ((INFUSIONS, INFUSION_FIGURES), (PCA, PCA_FIGURES)):
        for name, _, values, marks in rows:
            same(
                (name, len(values), len(marks.split())), (name, len(profile_ids), len(profile_ids))
            )


def test_each_profile_is_of_its_drug():
    for profile_ids, drugs in DRUGS:
        for profile_id, drug in zip(profile_ids, drugs):
            same(getattr(profile_of(profile_id), "drug", None), drug)
