"""Limits in code, above the drug library: no library, clinician or message can raise them (SR-031).

The library may only be tighter; a test proves it for every profile. The pump's safety layer has
its own copy of the pump's bounds and does not trust this one. Here: what more than one place asks
for, and limits by drug. Bounds of single fields stand in prescription.fields.
"""

from collections import namedtuple

from shared.codes import PatientClass

# What the reference cassette and motor can do: 100 mL/h at most, one microstep in some seconds.
MIN_RATE_NL_H = 50_000
MAX_RATE_NL_H = 100_000_000
# One litre: more than any bag that is worn, and below 2^30, so that it is a small integer on a
# 32-bit pump.
MAX_VOLUME_NL = 1_000_000_000
# 7 days, above the longest course in the library's sources (5 days).
MAX_MINUTES = 10_080

# Of one drug, for one patient class. max_load_ng_kg: loading dose, and each clinician bolus.
# max_bolus_ng: each patient bolus.
Ceiling = namedtuple(
    "Ceiling",
    ("max_conc_ng_ml", "max_ng_kg_h", "max_ng_h", "max_load_ng_kg", "max_bolus_ng"),
)


def ceiling_of(drug: str, patient_class: int) -> Ceiling | None:
    """The limits for a drug, or None for one that is not known. For a frail adult half of every dose.

    Engineering values from the highest published figure of reference/clinical.md 2.3 to 2.5.
    Written as code, which a pump runs in place from its flash; a table would stand on its heap.
    """
    part = 2 if patient_class == PatientClass.FRAIL_ADULT else 1
    if drug == "Ketamine":
        # 50 mg/mL: strongest vial. 0.5 mg/kg/h: FPM PM12, quoted second-hand. 40 mg/h: study
        # ceiling. 0.35 mg/kg and 5 mg: largest single doses, second-hand.
        return _ceiling(part, 50_000_000, 500_000, 40_000_000, 350_000, 5_000_000)
    if drug == "Lidocaine":
        # 20 mg/mL: stock. 1.5 mg/kg/h, 120 mg/h and 1.5 mg/kg: lidocaine consensus, the second
        # of them second-hand.
        return _ceiling(part, 20_000_000, 1_500_000, 120_000_000, 1_500_000, 0)
    if drug == "Magnesium sulphate":
        # 200 mg/mL: label limit for IV. 20 mg/kg/h: upper end of a quoted range. 1.4 g/h: derived.
        # 50 mg/kg was used.
        return _ceiling(part, 200_000_000, 20_000_000, 1_400_000_000, 50_000_000, 0)
    if drug == "Morphine":
        # 5 mg/mL: for tolerant patients only, second-hand. 2 mg: more gave respiratory depression.
        # A background of 1 mg/h and a load of 0.1 mg/kg: engineering.
        return _ceiling(part, 5_000_000, 20_000, 1_000_000, 100_000, 2_000_000)
    if drug == "Hydromorphone":
        # 0.2 mg/mL and 0.4 mg: second-hand. The background is morphine's by the ratio of the doses.
        return _ceiling(part, 200_000, 4_000, 200_000, 0, 400_000)
    if drug == "Fentanyl":
        # 10 µg/mL and 20 µg: second-hand. The background is morphine's by the ratio of the doses.
        return _ceiling(part, 10_000, 200, 10_000, 0, 20_000)
    if drug == "Zoledronate":
        # 5 mg in 100 mL, in 15 min: label. Per kg for the lowest weight of the library.
        return _ceiling(part, 50_000, 500_000, 20_000_000, 0, 0)
    if drug == "Pamidronate":
        # 90 mg in 250 mL and 60 mg/h: label. Per kg for the lowest weight of the library.
        return _ceiling(part, 360_000, 1_500_000, 60_000_000, 0, 0)
    return None


def _ceiling(
    part: int, conc_ng_ml: int, ng_kg_h: int, ng_h: int, load: int, bolus: int
) -> Ceiling:
    return Ceiling(conc_ng_ml, ng_kg_h // part, ng_h // part, load // part, bolus // part)
