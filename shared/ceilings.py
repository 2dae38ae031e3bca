"""Limits in code, above the drug library: no library, clinician or message can raise them (SR-031).

The library may only be tighter; a test proves it for every profile. The pump's safety layer has
its own copy of the pump's bounds and does not trust this one.
"""

from collections import namedtuple

# What the reference cassette and motor can do: 100 mL/h at most, one microstep in some seconds.
MIN_RATE_NL_H = 50_000
MAX_RATE_NL_H = 100_000_000
# One litre: more than any bag that is worn, and below 2^30, so that it is a small integer on a
# 32-bit pump.
MAX_VOLUME_NL = 1_000_000_000
# 7 days, above the longest course in the library's sources (5 days).
MAX_MINUTES = 10_080
# The downstream sensor reads up to 103 kPa; 80 kPa (600 mmHg) leaves it room to see more.
MIN_OCCLUSION_PA = 10_000
MAX_OCCLUSION_PA = 80_000
# Adults. Figures of the library are for adults only.
MIN_WEIGHT_G = 30_000
MAX_WEIGHT_G = 250_000

Ceiling = namedtuple("Ceiling", ("drug", "max_conc_ng_ml", "max_ng_kg_h", "max_ng_h"))

# Engineering values from the highest published figure of reference/clinical.md 2.3 for each drug.
CEILINGS = (
    # 50 mg/mL: strongest vial. 0.5 mg/kg/h: FPM PM12, quoted second-hand. 40 mg/h: study ceiling.
    Ceiling("Ketamine", 50_000_000, 500_000, 40_000_000),
    # 20 mg/mL: stock. 1.5 mg/kg/h and 120 mg/h: lidocaine consensus, the latter second-hand.
    Ceiling("Lidocaine", 20_000_000, 1_500_000, 120_000_000),
    # 200 mg/mL: label limit for IV. 20 mg/kg/h: upper end of a quoted range. 1.4 g/h: derived.
    Ceiling("Magnesium sulphate", 200_000_000, 20_000_000, 1_400_000_000),
)


def ceiling_of(drug: str) -> Ceiling | None:
    for ceiling in CEILINGS:
        if ceiling.drug == drug:
            return ceiling
    return None
