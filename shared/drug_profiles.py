"""The drug library: what a profile is, and where each stands. drug_library.py compares a prescription with them.

Engineering values for tests. NOT a released library: before any human use each figure needs a pain
consultant, a pharmacist and a medical-device safety officer.

Evidence marks, from reference/clinical.md sections 2.3 to 2.5: [V] read in the primary source, [V2]
read second-hand, [D] derived by arithmetic, [E] engineering choice without a clinical source.
Doses are whole ng (1 mg is 1,000,000 ng), per kg of dosing weight.
A soft limit warns and may be overridden with a recorded reason; a hard one blocks.
"""

LIBRARY_VERSION = 2


class Profile:
    """One drug, one setting, one protocol.

    enabled: False refuses every prescription with it. figures: the limits by name. Each of them can
    be read as an attribute, and one that is not there is None, which means blocked, not unlimited:

    conc_min_ng_ml, conc_max_ng_ml, weight_min_g, weight_max_g: hard range.
    soft_min_ng_kg_h, soft_max_ng_kg_h, hard_max_ng_kg_h, hard_max_ng_h: basal, every rate step of it.
    hour_, four_hour_, day_, session_ with ng_kg and ng: all drug in any such time, and in all.
    soft_max_minutes, hard_max_minutes: duration. min_minutes: shortest time for the whole volume.
    load_ng_kg, load_ng, load_min_minutes: loading dose.
    bolus_soft_ng, bolus_ng, bolus_ng_h: each patient bolus, and its rate. boluses: how many.
    lockout_soft_s, lockout_s: shortest lockout. clinician_ng: each clinician bolus.
    ramp_ng_kg_h, ramp_minutes: largest step up, and the shortest time before it.
    kvo_nl_h: highest KVO rate, 0 for none.
    """

    def __init__(self, id: str, drug: str, enabled: bool, **figures: int | None):
        self.id = id
        self.drug = drug
        self.enabled = enabled
        self.figures = figures

    def __getattr__(self, name: str) -> int | None:
        return self.figures.get(name)


def profile_of(profile_id: str) -> Profile | None:
    """Make the profile of this name. None if there is none. All names: drug_words.PROFILE_TITLES.

    The files are loaded when they are needed: a pump gives one drug and has no heap for the others.
    """
    from shared import drug_profiles_infusions

    profile = drug_profiles_infusions.make(profile_id)
    if profile is None:
        from shared import drug_profiles_pca

        profile = drug_profiles_pca.make(profile_id)
    return profile
