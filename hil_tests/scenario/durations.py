"""Times in scenario files: text with units, such as "1 h 5 min", "90 s" or "250 ms"."""

from __future__ import annotations

import re

_MS = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}
_WHOLE = re.compile(r"\s*(?:\d{1,9}\s*(?:ms|s|min|h)\s*)+")
_PART = re.compile(r"(\d+)\s*(ms|min|s|h)")


def parse_ms(text: object) -> int:
    """Milliseconds. ValueError with a sentence for anything that is not whole numbers with units."""
    if type(text) is not str or not _WHOLE.fullmatch(text):
        raise ValueError(f'{text!r} is not a time; write it with units, such as "1 h 5 min"')
    return sum(int(number) * _MS[unit] for number, unit in _PART.findall(text))


def show_ms(ms: int) -> str:
    """Text that a person reads and `parse_ms` understands."""
    if ms < 0:
        return "-" + show_ms(-ms)
    parts = []
    for unit in ("h", "min", "s", "ms"):
        count, ms = divmod(ms, _MS[unit])
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts) or "0 s"
