"""Profiles of drugs that are given as an infusion, by reference/clinical.md 2.3 and 2.4. Marks: see drug_profiles.py.

Written as code, which a pump runs in place from its flash; tables would stand on its heap.
"""

from shared.drug_profiles import Profile


def make(profile_id: str) -> Profile | None:
    if profile_id == "KET_HOME_TEST":
        return Profile(
            id="KET_HOME_TEST",
            drug="Ketamine",
            enabled=True,
            conc_min_ng_ml=1_000_000,  # 1 mg/mL [E]
            conc_max_ng_ml=2_000_000,  # 2 mg/mL [E]; a standard single concentration [V2]
            weight_min_g=40_000,  # [E]
            weight_max_g=150_000,  # [E]
            soft_min_ng_kg_h=20_000,  # 0.02 mg/kg/h [E]
            soft_max_ng_kg_h=100_000,  # 0.1 mg/kg/h [E]
            hard_max_ng_kg_h=100_000,  # 0.1 mg/kg/h [E]
            hard_max_ng_h=8_000_000,  # 8 mg/h [E]
            # The rate cap for one and for four hours and a tenth, so that a careful dose window, which
            # counts whole minutes and reserved strokes, does not stop an infusion at the cap itself [E].
            hour_ng_kg=110_000,
            hour_ng=8_800_000,
            four_hour_ng_kg=440_000,
            four_hour_ng=35_200_000,
            # 24 h at the rate cap and 4 %, for the same reason [E].
            day_ng_kg=2_500_000,
            day_ng=200_000_000,
            session_ng_kg=2_400_000,  # 24 h at the rate cap [D]
            session_ng=192_000_000,  # [D]
            soft_max_minutes=1_440,  # 24 h [E]
            hard_max_minutes=1_440,  # 24 h [E]
            min_minutes=0,  # the sources ask for none [E]
            ramp_ng_kg_h=50_000,  # 0.05 mg/kg/h, as KET_DAY [E]
            ramp_minutes=30,  # as KET_DAY [E]
            kvo_nl_h=1_000_000,  # 1 mL/h [E]
        )
    if profile_id == "KET_DAY":
        return Profile(
            id="KET_DAY",
            drug="Ketamine",
            enabled=True,
            conc_min_ng_ml=1_000_000,  # 1 mg/mL [E]
            conc_max_ng_ml=2_000_000,  # 2 mg/mL [E]
            weight_min_g=40_000,  # [E]
            weight_max_g=150_000,  # [E]
            soft_min_ng_kg_h=50_000,  # 0.05 mg/kg/h [E]
            soft_max_ng_kg_h=350_000,  # 0.35 mg/kg/h for 4 h, a published CRPS regimen [V2]
            hard_max_ng_kg_h=500_000,  # 0.5 mg/kg/h, FPM PM12 [V2]
            hard_max_ng_h=40_000_000,  # 40 mg/h: titration of 10 to 40 mg/h [V]
            # The rate cap for one hour and a tenth, as KET_HOME_TEST [E]. In four hours the volume
            # of the session comes first.
            hour_ng_kg=550_000,
            hour_ng=44_000_000,
            four_hour_ng_kg=2_000_000,  # 4 h at the rate cap [D]
            four_hour_ng=160_000_000,  # [D]
            day_ng_kg=2_000_000,  # one session in 24 h: the 4 h figure, 2 mg/kg [D]
            day_ng=160_000_000,  # 160 mg [D]
            session_ng_kg=2_000_000,  # 2 mg/kg [D]
            session_ng=160_000_000,  # 160 mg [D]
            soft_max_minutes=240,  # sessions of 2 to 4 h
            hard_max_minutes=240,
            min_minutes=30,  # [E]
            ramp_ng_kg_h=50_000,  # 0.05 mg/kg/h [E]
            ramp_minutes=30,  # [E]
            kvo_nl_h=0,  # [E]
        )
    if profile_id == "KET_MULTI":
        return Profile(
            id="KET_MULTI",
            drug="Ketamine",
            enabled=True,
            conc_min_ng_ml=1_000_000,  # 1 mg/mL [E]
            conc_max_ng_ml=2_000_000,  # 2 mg/mL, standard single concentration [V2]
            weight_min_g=40_000,  # [E]
            weight_max_g=150_000,  # [E]
            soft_min_ng_kg_h=50_000,  # start 0.05 to 0.1 mg/kg/h [V2]
            soft_max_ng_kg_h=300_000,  # 0.3 mg/kg/h [E]
            hard_max_ng_kg_h=500_000,  # 0.5 mg/kg/h [V2]
            hard_max_ng_h=40_000_000,  # 40 mg/h racemic, study ceiling [V]
            # The rate cap for one and for four hours and a tenth, for 24 h and 4 %, as KET_HOME_TEST [E].
            hour_ng_kg=550_000,
            hour_ng=44_000_000,
            four_hour_ng_kg=2_200_000,
            four_hour_ng=176_000_000,
            day_ng_kg=12_500_000,
            day_ng=1_000_000_000,
            session_ng_kg=50_000_000,  # 100 h at the rate cap [D]
            session_ng=4_000_000_000,  # [D]
            soft_max_minutes=6_000,  # 100 h [V]
            hard_max_minutes=7_200,  # 5 days [V]
            min_minutes=30,  # [E]
            ramp_ng_kg_h=50_000,  # 0.05 mg/kg/h [E]
            ramp_minutes=120,  # every 2 h by day [V2]; 8 h by night is for who writes the steps
            kvo_nl_h=0,  # [E]
        )
    if profile_id == "LID_LOW":
        return Profile(
            id="LID_LOW",
            drug="Lidocaine",
            enabled=True,
            # The dosing weight is the lower of ideal and actual body weight [E].
            conc_min_ng_ml=10_000_000,  # 10 mg/mL [V2]
            conc_max_ng_ml=20_000_000,  # 20 mg/mL, stock [V2]
            weight_min_g=40_000,  # not below 40 kg [V2]
            weight_max_g=150_000,  # [E]
            soft_min_ng_kg_h=500_000,  # 0.5 mg/kg/h [E]
            soft_max_ng_kg_h=1_000_000,  # 1.0 mg/kg/h [E]
            hard_max_ng_kg_h=1_500_000,  # 1.5 mg/kg/h [V]
            hard_max_ng_h=120_000_000,  # 120 mg/h [V2]
            # The load in 10 min, then the rate cap for the rest of the time [D].
            hour_ng_kg=2_750_000,
            hour_ng=220_000_000,
            four_hour_ng_kg=7_250_000,
            four_hour_ng=580_000_000,
            day_ng_kg=37_250_000,
            day_ng=2_980_000_000,
            session_ng_kg=37_250_000,
            session_ng=2_980_000_000,
            soft_max_minutes=1_440,  # 24 h; longer needs a consultant and half the rate [V, V2]
            hard_max_minutes=1_440,
            min_minutes=0,  # the sources ask for none [E]
            load_ng_kg=1_500_000,  # 1.5 mg/kg [V]
            load_ng=120_000_000,  # 120 mg [V2]
            load_min_minutes=10,  # [V]
            ramp_ng_kg_h=500_000,  # 0.5 mg/kg/h [E]
            ramp_minutes=240,  # one in 4 h, as frequent changes are discouraged [E]
            kvo_nl_h=0,  # [E]
        )
    if profile_id == "MG":
        return Profile(
            id="MG",
            drug="Magnesium sulphate",  # heptahydrate
            enabled=True,
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
            four_hour_ng_kg=90_000_000,  # 50 + 4 x 10 mg/kg [D]
            four_hour_ng=12_600_000_000,  # the same at 140 kg [D]
            day_ng_kg=290_000_000,  # 50 + 24 x 10 mg/kg [D]
            day_ng=20_000_000_000,  # 20 g [E]
            session_ng_kg=290_000_000,  # one load and 24 h at the rate cap [D]
            session_ng=20_000_000_000,  # 20 g [E]
            soft_max_minutes=1_440,  # 24 h at 8 mg/kg/h was used [V]
            hard_max_minutes=1_440,
            min_minutes=15,  # 1 to 2 g over 15 to 30 min [V2]
            load_ng_kg=50_000_000,  # 30 to 50 mg/kg; 40 and 50 were used [V]
            load_ng=7_000_000_000,  # 50 mg/kg at 140 kg [D]
            load_min_minutes=15,  # [V]
            ramp_ng_kg_h=2_000_000,  # 2 mg/kg/h [E]
            ramp_minutes=60,  # [E]
            kvo_nl_h=1_000_000,  # 1 mL/h [E]
        )
    if profile_id == "ZOLEDRONATE":
        # At a constant rate [V]: no ramp, no load, never a bolus.
        return Profile(
            id="ZOLEDRONATE",
            drug="Zoledronate",
            enabled=True,
            conc_min_ng_ml=40_000,  # 4 mg in 100 mL [V]
            conc_max_ng_ml=50_000,  # 5 mg in 100 mL, ready-made [V]
            weight_min_g=40_000,  # [E]
            weight_max_g=150_000,  # [E]
            soft_min_ng_kg_h=0,  # the time counts, not the rate [E]
            soft_max_ng_kg_h=500_000,  # 20 mg/h at 40 kg [D]
            hard_max_ng_kg_h=500_000,  # [D]
            hard_max_ng_h=20_000_000,  # 5 mg in 15 min [D]
            # One dose of 5 mg, per kg for 40 kg, whatever the time [D].
            hour_ng_kg=125_000,
            hour_ng=5_000_000,
            four_hour_ng_kg=125_000,
            four_hour_ng=5_000_000,
            day_ng_kg=125_000,
            day_ng=5_000_000,
            session_ng_kg=125_000,
            session_ng=5_000_000,
            soft_max_minutes=120,  # [E]
            hard_max_minutes=240,  # [E]
            min_minutes=15,  # [V]
            kvo_nl_h=0,  # [E]
        )
    if profile_id == "PAMIDRONATE":
        # Never a bolus [V].
        return Profile(
            id="PAMIDRONATE",
            drug="Pamidronate",
            enabled=True,
            conc_min_ng_ml=100_000,  # 0.1 mg/mL [E]
            conc_max_ng_ml=360_000,  # 90 mg in 250 mL [V]
            weight_min_g=40_000,  # [E]
            weight_max_g=150_000,  # [E]
            soft_min_ng_kg_h=0,  # the time counts, not the rate [E]
            soft_max_ng_kg_h=1_500_000,  # 60 mg/h at 40 kg [D]
            hard_max_ng_kg_h=1_500_000,  # [D]
            hard_max_ng_h=60_000_000,  # 60 mg/h; 20 if renal function is impaired [V]
            # The rate cap for one hour and a tenth, as KET_HOME_TEST [E].
            hour_ng_kg=1_650_000,
            hour_ng=66_000_000,
            four_hour_ng_kg=2_250_000,  # one course of 90 mg, per kg for 40 kg [D]
            four_hour_ng=90_000_000,  # [V]
            day_ng_kg=2_250_000,  # [D]
            day_ng=90_000_000,  # [V]
            session_ng_kg=2_250_000,  # [D]
            session_ng=90_000_000,  # 90 mg per course [V]
            soft_max_minutes=240,  # 90 mg over 4 h for myeloma [V]
            hard_max_minutes=480,  # [E]
            min_minutes=120,  # 90 mg normally in 2 h or more [V]
            kvo_nl_h=0,  # [E]
        )
    return None
