"""The profiles of the drug library, as data. drug_library.py compares a prescription with them.

Engineering values for tests. NOT a released library: before any human use each figure needs a pain
consultant, a pharmacist and a medical-device safety officer.

Evidence marks, from reference/clinical.md section 2.3: [V] read in the primary source, [V2] read
second-hand, [D] derived by arithmetic, [E] engineering choice without a clinical source.
Doses are whole ng (1 mg is 1,000,000 ng), per kg of dosing weight. A limit of None means blocked.
A soft limit warns and may be overridden with a recorded reason; a hard one blocks.
"""

from collections import namedtuple

LIBRARY_VERSION = 1

Profile = namedtuple(
    "Profile",
    (
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
    ),
)

PROFILES = (
    Profile(
        id="KET_HOME_TEST",
        drug="Ketamine",
        title="Ketamine, home test",
        conc_min_ng_ml=1_000_000,  # 1 mg/mL [E]
        conc_max_ng_ml=2_000_000,  # 2 mg/mL [E]; a standard single concentration [V2]
        weight_min_g=40_000,  # [E]
        weight_max_g=150_000,  # [E]
        soft_min_ng_kg_h=20_000,  # 0.02 mg/kg/h [E]
        soft_max_ng_kg_h=100_000,  # 0.1 mg/kg/h [E]
        hard_max_ng_kg_h=100_000,  # 0.1 mg/kg/h [E]
        hard_max_ng_h=8_000_000,  # 8 mg/h [E]
        # The rate cap for one hour and a tenth, so that a careful dose window, which counts whole
        # minutes and reserved strokes, does not stop an infusion at the cap itself [E].
        hour_ng_kg=110_000,
        hour_ng=8_800_000,
        # 24 h at the rate cap and 4 %, for the same reason [E].
        day_ng_kg=2_500_000,
        day_ng=200_000_000,
        session_ng_kg=2_400_000,  # 24 h at the rate cap [D]
        session_ng=192_000_000,  # [D]
        soft_max_minutes=1_440,  # 24 h [E]
        hard_max_minutes=1_440,  # 24 h [E]
    ),
    Profile(
        id="KET_DAY",
        drug="Ketamine",
        title="Ketamine, day case",
        conc_min_ng_ml=1_000_000,  # 1 mg/mL [E]
        conc_max_ng_ml=2_000_000,  # 2 mg/mL [E]
        weight_min_g=40_000,  # [E]
        weight_max_g=150_000,  # [E]
        soft_min_ng_kg_h=50_000,  # 0.05 mg/kg/h [E]
        soft_max_ng_kg_h=350_000,  # 0.35 mg/kg/h for 4 h, a published CRPS regimen [V2]
        hard_max_ng_kg_h=500_000,  # 0.5 mg/kg/h, FPM PM12 [V2]
        hard_max_ng_h=40_000_000,  # 40 mg/h: titration of 10 to 40 mg/h [V]
        hour_ng_kg=500_000,  # 0.5 mg/kg [D]
        hour_ng=40_000_000,  # the rate cap for one hour [D]
        day_ng_kg=2_000_000,  # one session in 24 h: the 4 h figure, 2 mg/kg [D]
        day_ng=160_000_000,  # 160 mg [D]
        session_ng_kg=2_000_000,  # 2 mg/kg [D]
        session_ng=160_000_000,  # 160 mg [D]
        soft_max_minutes=240,  # sessions of 2 to 4 h
        hard_max_minutes=240,
    ),
    Profile(
        id="LID_LOW",
        drug="Lidocaine",
        title="Lidocaine, monitored",
        # The dosing weight is the lower of ideal and actual body weight [E].
        conc_min_ng_ml=10_000_000,  # 10 mg/mL [V2]
        conc_max_ng_ml=20_000_000,  # 20 mg/mL, stock [V2]
        weight_min_g=40_000,  # not below 40 kg [V2]
        weight_max_g=150_000,  # [E]
        soft_min_ng_kg_h=500_000,  # 0.5 mg/kg/h [E]
        soft_max_ng_kg_h=1_000_000,  # 1.0 mg/kg/h [E]
        hard_max_ng_kg_h=1_500_000,  # 1.5 mg/kg/h [V]
        hard_max_ng_h=120_000_000,  # 120 mg/h [V2]
        hour_ng_kg=2_750_000,  # 2.75 mg/kg [D]
        hour_ng=220_000_000,  # 220 mg [D]
        day_ng_kg=37_250_000,  # 37.25 mg/kg [D]
        day_ng=2_980_000_000,  # 2,980 mg [D]
        session_ng_kg=36_000_000,  # 24 h at the rate cap, as the pump gives no load [D]
        session_ng=2_880_000_000,  # [D]
        soft_max_minutes=1_440,  # 24 h; longer needs a consultant and half the rate [V, V2]
        hard_max_minutes=1_440,
    ),
    Profile(
        id="MG",
        drug="Magnesium sulphate",
        title="Magnesium sulphate (heptahydrate), home test",
        conc_min_ng_ml=40_000_000,  # 40 mg/mL [E]
        conc_max_ng_ml=80_000_000,  # 80 mg/mL [E]; the label allows 200 [V]
        weight_min_g=40_000,  # [E]
        weight_max_g=140_000,  # the weight at which 10 mg/kg/h is the absolute cap [D]
        soft_min_ng_kg_h=4_000_000,  # 4 mg/kg/h [E]
        soft_max_ng_kg_h=10_000_000,  # 10 mg/kg/h was used [V]
        hard_max_ng_kg_h=10_000_000,  # 10 mg/kg/h without Mg level [E]
        hard_max_ng_h=1_400_000_000,  # 1.4 g/h [D]
        hour_ng_kg=60_000_000,  # 50 + 10 mg/kg [D]
        hour_ng=8_400_000_000,  # the same at 140 kg [D]
        day_ng_kg=290_000_000,  # 50 + 24 x 10 mg/kg [D]
        day_ng=20_000_000_000,  # 20 g [E]
        session_ng_kg=240_000_000,  # 24 h at the rate cap, as the pump gives no load [D]
        session_ng=20_000_000_000,  # 20 g [E]
        soft_max_minutes=1_440,  # 24 h at 8 mg/kg/h was used [V]
        hard_max_minutes=1_440,
    ),
)


def profile_of(profile_id: str, profiles: tuple = PROFILES) -> Profile | None:
    for profile in profiles:
        if profile.id == profile_id:
            return profile
    return None
