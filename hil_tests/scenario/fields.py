"""What a key of a scenario file may hold, and the one function that checks a table against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hil_tests.scenario.durations import parse_ms, show_ms

REQUIRED = object()


class ScenarioError(ValueError):
    """A scenario file that cannot be used. The text is one sentence with file, key and remedy."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key. `low` and `high` are a number's range, a time's in ms, or a list's length."""

    kind: str  # whole, time, text, choice, flag, wholes, texts, pairs
    what: str
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    default: object = REQUIRED

    def allowed(self) -> str:
        """What may stand here, for people."""
        if self.kind == "whole":
            return f"a whole number from {self.low} to {self.high}"
        if self.kind == "time":
            return f"a time from {show_ms(self.low)} to {show_ms(self.high)}"
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        if self.kind == "flag":
            return "true or false"
        if self.kind == "wholes":
            return "a list of whole numbers"
        if self.kind == "texts":
            return "a list of texts"
        if self.kind == "pairs":
            return f"a list of at most {self.high} pairs of whole numbers"
        return f"text of {max(self.low, 1)} to {self.high} letters"

    def read(self, value: object) -> object:
        """The value as the runner uses it (times in ms). ValueError when it does not fit."""
        if self.kind == "time":
            value = parse_ms(value)
        fits = {
            "whole": lambda: type(value) is int and self.low <= value <= self.high,
            "time": lambda: type(value) is int and self.low <= value <= self.high,
            "choice": lambda: value in self.choices,
            "flag": lambda: type(value) is bool,
            "text": lambda: type(value) is str and max(self.low, 1) <= len(value) <= self.high,
            "wholes": lambda: _is_list(value, int) and self.low <= len(value) <= self.high,  # pyright: ignore[reportArgumentType]
            "pairs": lambda: _is_pairs(value, self.high),
            "texts": lambda: _is_list(value, str) and self.low <= len(value) <= self.high,  # pyright: ignore[reportArgumentType]
        }
        if not fits[self.kind]():
            shown = show_ms(value) if self.kind == "time" and type(value) is int else repr(value)
            raise ValueError(f"is {shown}; write {self.allowed()}")
        return value


def _is_list(value: object, of: type) -> bool:
    return type(value) is list and all(type(item) is of for item in value)


def _is_pairs(value: object, most: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= most
        and all(_is_list(pair, int) and len(pair) == 2 for pair in value)
    )


def check_table(
    where: str, table: object, fields: Mapping[str, Field], skip: tuple[str, ...] = ()
) -> dict[str, object]:
    """Every field of `fields`, defaults filled in. ScenarioError names place, key and remedy."""
    if not isinstance(table, Mapping):
        raise ScenarioError(f"{where} must be a table; write it as [name] or [[name]]")
    for key in table:
        if key not in fields and key not in skip:
            known = ", ".join(fields) or "nothing"
            raise ScenarioError(f"{where}: '{key}' is not known here; allowed are {known}")
    checked: dict[str, object] = {}
    for key, field in fields.items():
        if key not in table:
            if field.default is REQUIRED:
                raise ScenarioError(f"{where}: '{key}' is missing; write {field.allowed()}")
            checked[key] = field.default
            continue
        try:
            checked[key] = field.read(table[key])
        except ValueError as error:
            raise ScenarioError(f"{where}: '{key}' {error}") from None
    return checked
