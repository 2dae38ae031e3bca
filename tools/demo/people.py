"""Who takes part in the demo. Names are invented; doses are those of the issue, for engineering only."""

from __future__ import annotations

from dataclasses import dataclass

CLINIC_ID = bytes.fromhex("766967696c2d3031")  # "vigil-01"


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    full_name: str
    role: str  # clinic.accounts.roles


PRESCRIBER = Person("okafor", "Dr Ada Okafor", "prescriber")
CHECKER = Person("lind", "Jonas Lind, pharmacist", "checker")
NURSE = Person("patel", "Meera Patel, nurse", "nurse")
PEOPLE = (PRESCRIBER, CHECKER, NURSE)
SIGNERS = (PRESCRIBER, CHECKER)


@dataclass(frozen=True, slots=True)
class Case:
    """One patient with one pump and one order. Decimal texts: no binary fraction touches a dose."""

    pump: str  # name of its process and folder
    pump_name: str
    reference: str
    patient: str
    place: str
    weight_g: int
    order: dict[str, str | int]
    soft_reason: str | None = None


CASES = (
    Case(
        "pump1",
        "Pump 1",
        "DEMO-1",
        "Rosa Almeida",
        "Home",
        70_000,
        {
            "profile": "KET_HOME_TEST",
            "dose_mg_kg_h": "0.1",
            "conc_mg_ml": "1",
            "vtbi_ml": "100",
            "bag_ml": "250",
            "patient_class": "adult",
            "occlusion_pa": 40_000,
        },
    ),
    Case(
        "pump2",
        "Pump 2",
        "DEMO-2",
        "Tomasz Zielinski",
        "Day unit, bed 2",
        72_000,
        {
            "profile": "LID_LOW",
            "dose_mg_kg_h": "1",
            "conc_mg_ml": "10",
            "vtbi_ml": "100",
            "bag_ml": "250",
            "patient_class": "adult",
            "occlusion_pa": 40_000,
        },
    ),
    Case(
        "pump3",
        "Pump 3",
        "DEMO-3",
        "Ingrid Solheim",
        "Home",
        62_000,
        {
            "profile": "MG",
            "dose_mg_kg_h": "8",
            "conc_mg_ml": "80",
            "vtbi_ml": "100",
            "bag_ml": "250",
            "patient_class": "adult",
            "occlusion_pa": 40_000,
        },
    ),
)

OCCLUDED = "pump1"
OCCLUDE_AFTER_S = 60  # of wall time after all pumps run
