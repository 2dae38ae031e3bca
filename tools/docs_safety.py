"""Rows for docs/SAFETY.md, read from the lines of firmware/safety/: nothing of the firmware is imported."""

from __future__ import annotations

import re
from pathlib import Path

LIMIT = re.compile(r"^([A-Z][A-Z0-9_]*) = (-?[\d_]+) *# ([^|]+) \| ([^|]+) \| (.+)$")
FAULT = re.compile(r"^([A-Z][A-Z0-9_]*) = (\d+) *# ([^|]+) \| (.+)$")

Rows = tuple[tuple[str, ...], list[tuple[str, ...]]]


def limit_rows(source: Path) -> Rows:
    """Name, value, unit, requirement, reason of each limit, in the order of the file."""
    found = [LIMIT.match(line) for line in source.read_text().splitlines()]
    rows = [
        (f"`{one[1]}`", f"{int(one[2]):,}", one[3].strip(), one[4].strip(), one[5].strip())
        for one in found
        if one
    ]
    return ("Limit", "Value", "Unit", "Requirement", "Reason"), rows


def fault_rows(source: Path) -> Rows:
    """Number, name, requirement and meaning of each fault."""
    found = [FAULT.match(line) for line in source.read_text().splitlines()]
    rows = [(one[2], f"`{one[1]}`", one[3].strip(), one[4].strip()) for one in found if one]
    return ("Bit", "Fault", "Requirement", "What it is"), rows
