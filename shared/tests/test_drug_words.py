"""What the drug library finds, in sentences for people."""

from shared.drug_library import check, sentence
from shared.drug_words import FIELD_TEXTS
from shared.prescription import fields
from shared.tests.checks import same
from shared.tests.library import found, library, with_figures
from shared.tests.samples import pca, rx


def first(**changes) -> str:
    return sentence(check(rx(**changes))[0])


def test_a_finding_says_field_value_and_limit():
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
    same(first(max_minutes=1_441), "Duration: 1441 min is above the hard limit of 1440 min.")
    same(
        first(segments=[[0, 1_050_000]], vtbi_nl=1_200_000),
        "Rate: 0.015 mg/kg/h is below the soft limit of 0.02 mg/kg/h.",
    )
    same(
        sentence(check(pca(max_boluses=121))[0]),
        "Number of boluses: 121 is above the hard limit of 120.",
    )


def test_a_finding_without_a_number_says_why():
    same(first(profile="X"), "Profile: profile not in the drug library (X).")
    same(first(vtbi_nl=0), "Volume to be infused: field out of range.")
    same(sentence(check({})[0]), "Drug: malformed.")


def test_what_another_field_needs_is_said_so():
    same(
        first(max_hour_nl=6_000_000),
        "Limit for one hour: 6 mL is less than the 7 mL that this infusion needs.",
    )
    same(
        first(bag_nl=100_000_000),
        "Volume in the bag: 100 mL is less than the 168 mL that this infusion needs.",
    )


def test_steps_times_and_switches_have_words_of_their_own():
    same(
        sentence(check(pca(segments=[[0, 500_000], [9, 600_000]]))[0]),
        "Rate step: 9 min is below the hard limit of 10 min.",
    )
    same(
        sentence(check(rx(min_minutes=1_440, vtbi_nl=160_000_000))[0]),
        "Infusion time: 1371 min is below the hard limit of 1440 min.",
    )
    same(
        sentence(check(rx(profile="MORPHINE_PCA", drug="Morphine"))[0]),
        "Rate: 7 mg/h is above the hard limit of 1 mg/h.",
    )
    off = [f for f in check(rx(profile="MORPHINE_PCA", drug="Morphine")) if f.field == "profile"]
    same(sentence(off[0]), "Profile: MORPHINE_PCA is switched off in the drug library.")
    same(
        first(overrides=[[9, 1]]),
        "Reasons for soft limits: one is given for Volume to be infused, which is inside its soft limits.",
    )


def test_a_blank_limit_is_said_to_block():
    profile = library("PCA_TEST")
    for name in sorted(profile.figures):
        finding = found(pca(), with_figures(profile, **{name: None}))[0]
        assert "sets no limit" in sentence(finding), name


def test_every_field_has_words():
    same(sorted(FIELD_TEXTS), sorted([row[1] for row in fields()]))
