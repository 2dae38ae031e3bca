"""Prescriptions and profiles for tests of the drug library."""

from shared import ceilings, units
from shared.drug_library import HARD, check
from shared.drug_profiles import Profile, profile_of
from shared.drug_words import PROFILE_TITLES
from shared.tests.samples import rx

PROFILE_IDS = tuple(sorted(PROFILE_TITLES))


def library(profile_id: str) -> Profile:
    profile = profile_of(profile_id)
    if profile is None:
        raise AssertionError("no profile " + profile_id)
    return profile


def with_figures(profile: Profile, **figures) -> Profile:
    """A copy with other figures, switched on."""
    changed = dict(profile.figures)
    changed.update(figures)
    return Profile(profile.id, profile.drug, True, **changed)


def profiles() -> list:
    """Every profile, switched on."""
    return [with_figures(library(profile_id)) for profile_id in PROFILE_IDS]


def figure(profile: Profile, name: str) -> int:
    value = profile.figures[name]
    if value is None:
        raise AssertionError(profile.id + " has no " + name)
    return value


def found(terms: dict, profile: Profile | None = None) -> list:
    """What `check` finds; in a library of one profile if that is given."""
    return check(terms) if profile is None else check(terms, lambda _: profile)


def hard_reasons(terms: dict, profile: Profile | None = None) -> list:
    return [(f.reason, f.field) for f in found(terms, profile) if f.severity == HARD]


def typical(profile: Profile, dose_ng_kg_h: int, weight_g: int = 70_000) -> dict:
    """A prescription at a dose or the absolute cap, with limits at the rate, for the longest session or as much as may be given."""
    conc = figure(profile, "conc_min_ng_ml")
    most = units.volume_nl_of(figure(profile, "hard_max_ng_h"), conc)
    rate = min(most, units.rate_nl_h_of(dose_ng_kg_h, weight_g, conc))
    minutes = figure(profile, "hard_max_minutes")
    session = min(
        figure(profile, "session_ng_kg") * weight_g // 1_000, figure(profile, "session_ng")
    )
    session_nl = min(ceilings.MAX_VOLUME_NL, units.volume_nl_of(session, conc))
    vtbi = max(1, min(rate * minutes // 60, session_nl))
    return rx(
        drug=profile.drug,
        profile=profile.id,
        conc_ng_ml=conc,
        dosing_weight_g=weight_g,
        segments=[[0, rate]],
        max_hour_nl=rate,
        max_4h_nl=min(4 * rate, vtbi),
        max_day_nl=min(24 * rate, vtbi),
        vtbi_nl=vtbi,
        bag_nl=1_000_000_000,
        max_minutes=minutes,
        min_minutes=1,
    )
