"""Tables of the drug library for docs/CLINICAL.md, from the files of its profiles and of the limits above them.

A figure carries the evidence mark of its comment in the source, so that the page cannot claim more than the library does.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from shared import ceilings, prescription
from shared.codes import PatientClass
from shared.drug_profiles import Profile, profile_of
from shared.drug_words import FIELD_TEXTS, UNITS
from shared.units import exact_text_of

Row = tuple[str, ...]
MARK = re.compile(r"\[((?:V2|V|D|E)(?:, (?:V2|V|D|E))*)\]")
IN_MILLIGRAMS = 1_000_000

# Title, unit, figures of a profile: one, or lowest and highest.
LIMITS = (
    ("Concentration", "ng/mL", ("conc_min_ng_ml", "conc_max_ng_ml")),
    ("Dosing weight", "g", ("weight_min_g", "weight_max_g")),
    ("Rate, usual from", "ng/kg/h", ("soft_min_ng_kg_h",)),
    ("Rate, usual to", "ng/kg/h", ("soft_max_ng_kg_h",)),
    ("**Rate, at most**", "ng/kg/h", ("hard_max_ng_kg_h",)),
    ("**Rate, at most**", "ng/h", ("hard_max_ng_h",)),
    ("**Rate step up, at most**", "ng/kg/h", ("ramp_ng_kg_h",)),
    ("**Before a step up, at least**", "min", ("ramp_minutes",)),
    ("**Loading dose, at most**", "ng/kg", ("load_ng_kg",)),
    ("**Loading dose, at most**", "ng", ("load_ng",)),
    ("**Loading dose, in at least**", "min", ("load_min_minutes",)),
    ("Patient bolus, usual to", "ng", ("bolus_soft_ng",)),
    ("**Patient bolus, at most**", "ng", ("bolus_ng",)),
    ("**Rate of a patient bolus, at most**", "ng/h", ("bolus_ng_h",)),
    ("**Patient boluses, at most**", "", ("boluses",)),
    ("Lockout, usual from", "s", ("lockout_soft_s",)),
    ("**Lockout, at least**", "s", ("lockout_s",)),
    ("**Clinician bolus, at most**", "ng", ("clinician_ng",)),
    ("**Any hour, at most**", "ng/kg", ("hour_ng_kg",)),
    ("**Any hour, at most**", "ng", ("hour_ng",)),
    ("**Any 4 h, at most**", "ng/kg", ("four_hour_ng_kg",)),
    ("**Any 4 h, at most**", "ng", ("four_hour_ng",)),
    ("**Any 24 h, at most**", "ng/kg", ("day_ng_kg",)),
    ("**Any 24 h, at most**", "ng", ("day_ng",)),
    ("**One prescription, at most**", "ng/kg", ("session_ng_kg",)),
    ("**One prescription, at most**", "ng", ("session_ng",)),
    ("**The whole volume, in at least**", "min", ("min_minutes",)),
    ("Duration, usual to", "min", ("soft_max_minutes",)),
    ("**Duration, at most**", "min", ("hard_max_minutes",)),
    ("**KVO, at most**", "nL/h", ("kvo_nl_h",)),
)


def library_rows(source: Path) -> tuple[Row, list[Row]]:
    """(header, rows): one row a limit, one column a profile of this file. A limit that none of them has gets no row."""
    marks = evidence(source.read_text())
    found = [profile for name in marks if (profile := profile_of(name)) is not None]
    rows = [
        ("Drug", "", *(profile.drug for profile in found)),
        ("In use", "", *("yes" if profile.enabled else "no" for profile in found)),
    ]
    for title, unit, names in LIMITS:
        if any(name in profile.figures for profile in found for name in names):
            cells = (_cells(profile, names, unit, marks[profile.id]) for profile in found)
            rows.append((title, UNITS[unit][0], *cells))
    return ("Limit", "Unit", *(f"`{name}`" for name in marks)), rows


def _cells(profile: Profile, names: tuple[str, ...], unit: str, marks: dict[str, str]) -> str:
    return " to ".join(
        _cell(profile.figures.get(name), unit, marks.get(name, "")) for name in names
    )


def _cell(value: int | None, unit: str, mark: str) -> str:
    if value is None:
        return "blocked"
    text = exact_text_of(value, UNITS[unit][1])
    return f"{text} [{mark}]" if mark else text


def evidence(source: str) -> dict[str, dict[str, str]]:
    """Profile id → column → mark. A comment stands on the column's line, or on lines above it for those that follow."""
    lines = source.splitlines()
    found: dict[str, dict[str, str]] = {}
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Profile"):
            continue
        places = {keyword.arg or "": keyword.value.lineno for keyword in node.keywords}
        name = ast.literal_eval(
            next(keyword.value for keyword in node.keywords if keyword.arg == "id")
        )
        found[name] = {
            column: mark for column, line in places.items() if (mark := _mark(lines, line - 1))
        }
    return found


def _mark(lines: list[str], place: int) -> str:
    """The mark of the comment on this line; without a comment that of the whole-line comment above its block."""
    comment = lines[place].partition("#")[2]
    if comment:
        own = MARK.search(comment)
        return own[1] if own else ""
    while "#" not in lines[place] and "=" in lines[place]:
        place -= 1
    block = []
    while lines[place].strip().startswith("#"):
        block.append(lines[place])
        place -= 1
    above = MARK.search(" ".join(reversed(block)))
    return above[1] if above else ""


DRUGS = (
    "Ketamine",
    "Lidocaine",
    "Magnesium sulphate",
    "Zoledronate",
    "Pamidronate",
    "Morphine",
    "Hydromorphone",
    "Fentanyl",
)


def ceiling_rows() -> tuple[Row, list[Row]]:
    """(header, rows): limits of the program for an adult that no library can raise."""
    header = (
        "Drug",
        "Concentration, mg/mL",
        "Rate, mg/kg/h",
        "Rate, mg/h",
        "Load or clinician bolus, mg/kg",
        "Patient bolus, mg",
    )
    rows = []
    for drug in DRUGS:
        ceiling = ceilings.ceiling_of(drug, PatientClass.ADULT)
        if ceiling is None:
            raise ValueError(f"shared/ceilings.py does not know {drug}")
        rows.append((drug, *(exact_text_of(limit, IN_MILLIGRAMS) for limit in ceiling)))
    return header, rows


# Ends of a field's name: the unit for people, and how many of ours make one of theirs.
ENDS = (
    ("_nl_h", "mL/h", 1_000_000),
    ("_nl", "mL", 1_000_000),
    ("_ng_ml", "mg/mL", 1_000_000),
    ("_minutes", "min", 1),
    ("_s", "s", 1),
    ("_g", "kg", 1_000),
    ("_pa", "kPa", 1_000),
)
NOT_BOUNDS = ("library_version", "patient_class", "starts_after_s")


def bound_rows() -> tuple[Row, list[Row]]:
    """(header, rows): bounds of every prescription, whatever the library says."""
    rows = []
    for _, name, kind, low, high in prescription.fields():
        if kind in (prescription.TEXT, prescription.OVERRIDES) or name in NOT_BOUNDS:
            continue
        numbers = "segments_nl_h" if kind == prescription.SEGMENTS else name
        unit, scale = next(
            ((unit, scale) for end, unit, scale in ENDS if numbers.endswith(end)), ("", 1)
        )
        lowest = "more than 0" if low == 1 else exact_text_of(low, scale)
        if kind == prescription.OPTIONAL:
            lowest = f"0, or {lowest}"
        rows.append((FIELD_TEXTS[name], unit, lowest, exact_text_of(high, scale)))
    return ("What", "Unit", "Lowest", "Highest"), rows
