"""Profiles with a patient bolus (PCA), by reference/clinical.md 2.5. Marks: see drug_profiles.py.

The three clinical ones are switched off. Their sources advise no background; a pump gives a bolus
only while a basal runs (SR-027), so that theirs is the least that this one can hold.
Written as code, which a pump runs in place from its flash; tables would stand on its heap.
"""

from shared.drug_profiles import Profile


def make(profile_id: str) -> Profile | None:
    if profile_id == "PCA_TEST":
        # For the bench: every way to give a dose is open, with figures that are quick to run. For
        # no patient.
        return Profile(
            id="PCA_TEST",
            drug="Morphine",
            enabled=True,
            conc_min_ng_ml=1_000_000,  # 1 mg/mL [V2]
            conc_max_ng_ml=1_000_000,  # [V2]
            weight_min_g=40_000,  # [E]
            weight_max_g=150_000,  # [E]
            soft_min_ng_kg_h=0,  # [E]
            soft_max_ng_kg_h=15_000,  # 15 µg/kg/h [E]
            hard_max_ng_kg_h=20_000,  # 20 µg/kg/h [E]
            hard_max_ng_h=1_000_000,  # 1 mg/h [E]
            hour_ng_kg=250_000,  # 10 mg at 40 kg [D]
            hour_ng=10_000_000,  # 10 mg [V2]
            four_hour_ng_kg=750_000,  # 30 mg at 40 kg [D]
            four_hour_ng=30_000_000,  # 30 mg [V2]
            # Six times the cap of 4 h [D].
            day_ng_kg=4_500_000,
            day_ng=180_000_000,
            session_ng_kg=4_500_000,
            session_ng=180_000_000,
            soft_max_minutes=1_440,  # [E]
            hard_max_minutes=1_440,  # [E]
            min_minutes=10,  # [E]
            load_ng_kg=100_000,  # 0.1 mg/kg [E]
            load_ng=5_000_000,  # 5 mg [E]
            load_min_minutes=10,  # [E]
            bolus_soft_ng=1_000_000,  # 1 mg, the best increment [V]
            bolus_ng=2_000_000,  # 2 mg [E]
            bolus_ng_h=60_000_000,  # 1 mg in 1 min [E]
            boluses=120,  # [E]
            lockout_soft_s=300,  # 5 min [V2]
            lockout_s=300,  # 5 min [V2]
            clinician_ng=4_000_000,  # 4 mg [E]
            ramp_ng_kg_h=10_000,  # 10 µg/kg/h [E]
            ramp_minutes=10,  # [E]
            kvo_nl_h=1_000_000,  # 1 mL/h [E]
        )
    if profile_id == "MORPHINE_PCA":
        return Profile(
            id="MORPHINE_PCA",
            drug="Morphine",
            enabled=False,
            conc_min_ng_ml=1_000_000,  # 1 mg/mL [V2]
            conc_max_ng_ml=1_000_000,  # 5 mg/mL is for tolerant patients only [V2]
            weight_min_g=50_000,  # [E]
            weight_max_g=150_000,  # [E]
            soft_min_ng_kg_h=0,  # no background [V2]
            soft_max_ng_kg_h=1_000,  # 0.05 mg/h at 50 kg [D]
            hard_max_ng_kg_h=1_000,  # [D]
            hard_max_ng_h=50_000,  # 0.05 mg/h: the least rate of the pump [D]
            hour_ng_kg=200_000,  # 10 mg at 50 kg [D]
            hour_ng=10_000_000,  # 10 mg [V2]
            four_hour_ng_kg=600_000,  # 30 mg at 50 kg [D]
            four_hour_ng=30_000_000,  # 30 mg [V2]
            # Six times the cap of 4 h [D].
            day_ng_kg=3_600_000,
            day_ng=180_000_000,
            session_ng_kg=3_600_000,
            session_ng=180_000_000,
            soft_max_minutes=1_440,  # [E]
            hard_max_minutes=1_440,  # [E]
            min_minutes=60,  # [E]
            bolus_soft_ng=1_000_000,  # 1 mg, the best increment [V]
            bolus_ng=2_000_000,  # 2 mg [E]
            bolus_ng_h=60_000_000,  # 1 mg in 1 min [E]
            boluses=180,  # the cap of a day at 1 mg [D]
            lockout_soft_s=300,  # 5 to 10 min [V2]
            lockout_s=300,  # [V2]
            kvo_nl_h=0,  # [E]
        )
    if profile_id == "HYDROMORPHONE_PCA":
        return Profile(
            id="HYDROMORPHONE_PCA",
            drug="Hydromorphone",
            enabled=False,
            conc_min_ng_ml=200_000,  # 0.2 mg/mL [V2]
            conc_max_ng_ml=200_000,  # [V2]
            weight_min_g=50_000,  # [E]
            weight_max_g=150_000,  # [E]
            soft_min_ng_kg_h=0,  # no background [V2]
            soft_max_ng_kg_h=200,  # 0.01 mg/h at 50 kg [D]
            hard_max_ng_kg_h=200,  # [D]
            hard_max_ng_h=10_000,  # 0.01 mg/h: the least rate of the pump [D]
            hour_ng_kg=30_000,  # 1.5 mg at 50 kg [D]
            hour_ng=1_500_000,  # 1.5 mg [V2]
            four_hour_ng_kg=120_000,  # 6 mg at 50 kg [D]
            four_hour_ng=6_000_000,  # 6 mg [V2]
            # Six times the cap of 4 h [D].
            day_ng_kg=720_000,
            day_ng=36_000_000,
            session_ng_kg=720_000,
            session_ng=36_000_000,
            soft_max_minutes=1_440,  # [E]
            hard_max_minutes=1_440,  # [E]
            min_minutes=60,  # [E]
            bolus_soft_ng=200_000,  # 0.2 mg [E]
            bolus_ng=400_000,  # 0.4 mg [E]
            bolus_ng_h=12_000_000,  # 0.2 mg in 1 min [E]
            boluses=180,  # the cap of a day at 0.2 mg [D]
            lockout_soft_s=600,  # 10 min [V2]
            lockout_s=300,  # 5 min elsewhere [V2]
            kvo_nl_h=0,  # [E]
        )
    if profile_id == "FENTANYL_PCA":
        return Profile(
            id="FENTANYL_PCA",
            drug="Fentanyl",
            enabled=False,
            conc_min_ng_ml=10_000,  # 10 µg/mL [V2]
            conc_max_ng_ml=10_000,  # [V2]
            weight_min_g=50_000,  # [E]
            weight_max_g=150_000,  # [E]
            soft_min_ng_kg_h=0,  # no background [V2]
            soft_max_ng_kg_h=10,  # 0.5 µg/h at 50 kg [D]
            hard_max_ng_kg_h=10,  # [D]
            hard_max_ng_h=500,  # 0.5 µg/h: the least rate of the pump [D]
            hour_ng_kg=2_000,  # 100 µg at 50 kg [D]
            hour_ng=100_000,  # 100 µg [E]
            four_hour_ng_kg=6_000,  # 300 µg at 50 kg [D]
            four_hour_ng=300_000,  # 300 µg [V2]
            # Six times the cap of 4 h [D].
            day_ng_kg=36_000,
            day_ng=1_800_000,
            session_ng_kg=36_000,
            session_ng=1_800_000,
            soft_max_minutes=1_440,  # [E]
            hard_max_minutes=1_440,  # [E]
            min_minutes=60,  # [E]
            bolus_soft_ng=10_000,  # 10 µg [E]
            bolus_ng=20_000,  # 20 µg [E]
            bolus_ng_h=600_000,  # 10 µg in 1 min [E]
            boluses=180,  # the cap of a day at 10 µg [D]
            lockout_soft_s=300,  # 4 to 10 min [V2]; 5 is the program's own least
            lockout_s=300,  # [E]
            kvo_nl_h=0,  # [E]
        )
    return None
