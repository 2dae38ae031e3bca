"""What a person types to what a live pump is asked."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from hil_tests.live_rig.commands import COMMANDS, check_command
from tools.bench_client import BadInput

# (command, value) -> unit that a person writes, how many of the value's own unit that is
UNITS = {
    ("air", "volume_nl"): ("uL", 1_000),
    ("battery", "permille"): ("%", 10),
    ("heat", "centi_c"): ("C", 100),
    ("key", "hold_ms"): ("s", 1_000),
}
_HOLD = "--hold"
_CHOICES_MOST = 8  # a longer list is named in the handbook, and in the sentence for a wrong word


def usage(command: str) -> str:
    """How to write a command: optional values in brackets."""
    parts = [command]
    for name, (default, allowed) in COMMANDS[command][1].items():
        if (command, name) == ("key", "hold_ms"):
            parts.append(f"[{_HOLD} s]")
            continue
        text = _allowed_text(command, name, allowed)
        parts.append(f"<{text}>" if default is None else f"[{text}]")
    return " ".join(parts)


def request_of(command: str, words: list[str]) -> dict[str, Any]:
    """The request for words after the pump's name. BadInput with one sentence."""
    if command not in COMMANDS:
        raise BadInput(f"there is no command '{command}'; known are {', '.join(COMMANDS)}")
    wanted = COMMANDS[command][1]
    words, hold = _take_hold(command, list(words))
    if len(words) > len(wanted):
        raise BadInput(f"too many words; write: {usage(command)}")
    request: dict[str, Any] = {"do": command}
    for name, word in zip(wanted, words, strict=False):
        allowed = wanted[name][1]
        request[name] = (
            _text(word, allowed) if type(allowed[0]) is str else _number(command, name, word)
        )
    if hold is not None:
        request["hold_ms"] = _number(command, "hold_ms", hold)
    try:
        check_command(request)
    except ValueError as error:
        raise BadInput(f"{error}; write: {usage(command)}") from None
    return request


def _take_hold(command: str, words: list[str]) -> tuple[list[str], str | None]:
    if _HOLD not in words:
        return words, None
    place = words.index(_HOLD)
    if command != "key" or place + 1 >= len(words):
        raise BadInput(f"{_HOLD} goes with key and a number of seconds: {usage('key')}")
    return words[:place] + words[place + 2 :], words[place + 1]


def _text(word: str, allowed: tuple[Any, ...]) -> str:
    """The choice that a person means, whatever the case."""
    return next((choice for choice in allowed if choice.lower() == word.lower()), word)


def _number(command: str, name: str, word: str) -> int:
    unit, scale = UNITS.get((command, name), ("", 1))
    low, high = COMMANDS[command][1][name][1]
    try:
        value = Decimal(word) * scale
        whole = value.is_finite() and value == value.to_integral_value()
    except InvalidOperation:
        whole, value = False, Decimal(0)
    if not whole or not low <= value <= high:  # pyright: ignore[reportOperatorIssue]
        limits = f"{_edge(low, scale)} to {_edge(high, scale)} {unit}".rstrip()
        raise BadInput(f"'{word}' is not a number from {limits}; write: {usage(command)}")
    return int(value)


def _edge(limit: Any, scale: int) -> str:
    return f"{Decimal(limit) / scale:f}"


def _allowed_text(command: str, name: str, allowed: tuple[Any, ...]) -> str:
    if type(allowed[0]) is str:
        return "|".join(allowed) if len(allowed) <= _CHOICES_MOST else name
    if (command, name) == ("fault", "value"):
        return name  # its range is the fault's
    unit, scale = UNITS.get((command, name), (name.rpartition("_")[2], 1))
    low, high = allowed
    return f"{_edge(low, scale)} to {_edge(high, scale)} {unit}"
