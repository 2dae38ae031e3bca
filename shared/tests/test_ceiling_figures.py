"""Every limit above the library once more, by kind of limit. Who raises one changes it here as well, and can say why (SR-031)."""

from shared import ceilings
from shared.codes import PatientClass
from shared.tests.checks import same

# In micrograms. Drug: for an adult, for a frail adult.
CONCENTRATION_UG_ML = {
    "Ketamine": (50_000, 50_000),
    "Lidocaine": (20_000, 20_000),
    "Magnesium sulphate": (200_000, 200_000),
    "Morphine": (5_000, 5_000),
    "Hydromorphone": (200, 200),
    "Fentanyl": (10, 10),
    "Zoledronate": (50, 50),
    "Pamidronate": (360, 360),
}
RATE_UG_H = {
    "Ketamine": (40_000, 20_000),
    "Lidocaine": (120_000, 60_000),
    "Magnesium sulphate": (1_400_000, 700_000),
    "Morphine": (1_000, 500),
    "Hydromorphone": (200, 100),
    "Fentanyl": (10, 5),
    "Zoledronate": (20_000, 10_000),
    "Pamidronate": (60_000, 30_000),
}
LOAD_UG_KG = {
    "Ketamine": (350, 175),
    "Lidocaine": (1_500, 750),
    "Magnesium sulphate": (50_000, 25_000),
    "Morphine": (100, 50),
    "Hydromorphone": (0, 0),
    "Fentanyl": (0, 0),
    "Zoledronate": (0, 0),
    "Pamidronate": (0, 0),
}
PATIENT_BOLUS_UG = {
    "Ketamine": (5_000, 2_500),
    "Lidocaine": (0, 0),
    "Magnesium sulphate": (0, 0),
    "Morphine": (2_000, 1_000),
    "Hydromorphone": (400, 200),
    "Fentanyl": (20, 10),
    "Zoledronate": (0, 0),
    "Pamidronate": (0, 0),
}
# In nanograms: half of fentanyl's is no whole microgram.
RATE_NG_KG_H = {
    "Ketamine": (500_000, 250_000),
    "Lidocaine": (1_500_000, 750_000),
    "Magnesium sulphate": (20_000_000, 10_000_000),
    "Morphine": (20_000, 10_000),
    "Hydromorphone": (4_000, 2_000),
    "Fentanyl": (200, 100),
    "Zoledronate": (500_000, 250_000),
    "Pamidronate": (1_500_000, 750_000),
}


def every(figures, name, unit):
    for drug, (adult, frail) in sorted(figures.items()):
        for patient_class, figure in (
            (PatientClass.ADULT, adult),
            (PatientClass.FRAIL_ADULT, frail),
        ):
            ceiling = ceilings.ceiling_of(drug, patient_class)
            assert ceiling is not None, drug
            assert getattr(ceiling, name) == figure * unit, (drug, name, patient_class)


def test_the_strongest_solution_of_each_drug():
    every(CONCENTRATION_UG_ML, "max_conc_ng_ml", 1_000)


def test_the_fastest_rate_of_each_drug():
    every(RATE_UG_H, "max_ng_h", 1_000)


def test_the_fastest_rate_per_kilogram_of_each_drug():
    every(RATE_NG_KG_H, "max_ng_kg_h", 1)


def test_the_largest_load_of_each_drug():
    every(LOAD_UG_KG, "max_load_ng_kg", 1_000)


def test_the_largest_patient_bolus_of_each_drug():
    every(PATIENT_BOLUS_UG, "max_bolus_ng", 1_000)


def test_rates_volumes_and_times_that_no_drug_may_pass():
    same(ceilings.MIN_RATE_NL_H, 50_000)  # 0.05 mL/h
    same(ceilings.MAX_RATE_NL_H, 100_000_000)  # 100 mL/h
    same(ceilings.MAX_VOLUME_NL, 1_000_000_000)  # 1 L
    same(ceilings.MAX_MINUTES, 7 * 24 * 60)


def test_a_drug_without_limits_has_none():
    for drug in ("", "ketamine", "Propofol"):
        same(ceilings.ceiling_of(drug, PatientClass.ADULT), None)
        same(ceilings.ceiling_of(drug, PatientClass.FRAIL_ADULT), None)
