"""Tables of the drug library for docs/CLINICAL.md, from shared/drug_profiles.py and shared/ceilings.py.

A figure carries the evidence mark of its comment in the source, so that the page cannot claim more than the library does.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from shared import ceilings
from shared.drug_profiles import PROFILES
from shared.drug_words import UNITS
from shared.units import exact_text_of

Row = tuple[str, ...]
MARK = re.compile(r"\[((?:V2|V|D|E)(?:, (?:V2|V|D|E))*)\]")
IN_MILLIGRAMS = 1_000_000

# Title, unit, columns of Profile: one, or lowest and highest.
LIMITS = (
    ("Drug", "", ("drug",)),
    ("Concentration", "ng/mL", ("conc_min_ng_ml", "conc_max_ng_ml")),
    ("Dosing weight", "g", ("weight_min_g", "weight_max_g")),
    ("Rate, usual from", "ng/kg/h", ("soft_min_ng_kg_h",)),
    ("Rate, usual to", "ng/kg/h", ("soft_max_ng_kg_h",)),
    ("**Rate, at most**", "ng/kg/h", ("hard_max_ng_kg_h",)),
    ("**Rate, at most**", "ng/h", ("hard_max_ng_h",)),
    ("**Any hour, at most**", "ng/kg", ("hour_ng_kg",)),
    ("**Any hour, at most**", "ng", ("hour_ng",)),
    ("**Any 24 h, at most**", "ng/kg", ("day_ng_kg",)),
    ("**Any 24 h, at most**", "ng", ("day_ng",)),
    ("**One prescription, at most**", "ng/kg", ("session_ng_kg",)),
    ("**One prescription, at most**", "ng", ("session_ng",)),
    ("Duration, usual to", "min", ("soft_max_minutes",)),
    ("**Duration, at most**", "min", ("hard_max_minutes",)),
)


def library_rows(source: Path) -> tuple[Row, list[Row]]:
    """(header, rows): one row a limit, one column a profile."""
    marks = evidence(source.read_text())
    rows = []
    for title, unit, columns in LIMITS:
        cells = []
        for profile in PROFILES:
            cells.append(
                " to ".join(
                    _cell(getattr(profile, column), unit, marks[profile.id].get(column, ""))
                    for column in columns
                )
            )
        rows.append((title, UNITS[unit][0], *cells))
    return ("Limit", "Unit", *(f"`{profile.id}`" for profile in PROFILES)), rows


def _cell(value: int | str | None, unit: str, mark: str) -> str:
    if value is None:
        return "blocked"
    text = value if isinstance(value, str) else exact_text_of(value, UNITS[unit][1])
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


def ceiling_rows() -> tuple[Row, list[Row]]:
    """(header, rows): limits of the program that no library can raise."""
    header = ("Drug", "Concentration, mg/mL", "Rate, mg/kg/h", "Rate, mg/h")
    return header, [
        (
            ceiling.drug,
            exact_text_of(ceiling.max_conc_ng_ml, IN_MILLIGRAMS),
            exact_text_of(ceiling.max_ng_kg_h, IN_MILLIGRAMS),
            exact_text_of(ceiling.max_ng_h, IN_MILLIGRAMS),
        )
        for ceiling in ceilings.CEILINGS
    ]


def bound_rows() -> tuple[Row, list[Row]]:
    """(header, rows): bounds of every prescription."""
    bounds = (
        ("Rate", "mL/h", ceilings.MIN_RATE_NL_H, ceilings.MAX_RATE_NL_H, 1_000_000),
        ("Volume to be infused", "mL", None, ceilings.MAX_VOLUME_NL, 1_000_000),
        ("Duration", "min", None, ceilings.MAX_MINUTES, 1),
        ("Occlusion pressure", "kPa", ceilings.MIN_OCCLUSION_PA, ceilings.MAX_OCCLUSION_PA, 1_000),
        ("Dosing weight", "kg", ceilings.MIN_WEIGHT_G, ceilings.MAX_WEIGHT_G, 1_000),
    )
    return ("What", "Unit", "Lowest", "Highest"), [
        (
            what,
            unit,
            "more than 0" if low is None else exact_text_of(low, scale),
            exact_text_of(high, scale),
        )
        for what, unit, low, high, scale in bounds
    ]
