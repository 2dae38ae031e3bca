"""What a prescriber writes and what the desk answers, as plain records. Pure.

Decimal numbers are texts, read exactly: no binary fraction ever touches a dose. What was not written is None.
May import: shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.codes import Override, PatientClass


def _words(codes: type) -> dict[str, int]:
    return {name.lower(): number for name, number in vars(codes).items() if name.isupper()}


# Word of an order: its number in a prescription.
PATIENT_CLASSES = _words(PatientClass)
OVERRIDES = _words(Override)


@dataclass(frozen=True, slots=True)
class Step:
    """A later dose rate, from a minute of delivery on."""

    minute: int
    dose_mg_kg_h: str


@dataclass(frozen=True, slots=True)
class Load:
    dose_mg_kg: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Bolus:
    """What the patient may ask for. lockout_minutes: from the end of one to the next. count: in all."""

    dose_mg: str
    rate_ml_h: str
    lockout_minutes: int
    count: int


@dataclass(frozen=True, slots=True)
class ClinicianBolus:
    dose_mg: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Kvo:
    rate_ml_h: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Order:
    """overrides: a word of OVERRIDES for each field of a finding whose soft limit is passed. Limits that are None are proposed."""

    profile: str
    dose_mg_kg_h: str
    conc_mg_ml: str
    vtbi_ml: str
    weight_g: int
    bag_ml: str
    patient_class: str
    steps: tuple[Step, ...] = ()
    load: Load | None = None
    bolus: Bolus | None = None
    clinician_bolus: ClinicianBolus | None = None
    kvo: Kvo | None = None
    min_minutes: int | None = None
    max_minutes: int | None = None
    max_hour_ml: str | None = None
    max_4h_ml: str | None = None
    max_day_ml: str | None = None
    occlusion_pa: int | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark of the drug library, ready for a person. field: of the order, such as "bolus.dose_mg"."""

    field: str
    severity: str  # "soft" or "hard"
    reason: int  # shared.codes.Reason
    text: str
    override: str | None = None  # the reason given for a soft one, in words


@dataclass(frozen=True, slots=True)
class Proposal:
    """An order worked out. terms: (what, value) lines of the prescription. field and refusal: what is in the way, or None."""

    formula: str = ""
    terms: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    field: str | None = None
    refusal: str | None = None
    draft: int | None = None  # its number, once it is kept
