"""Sentences for people, made from codes at the edge. Pure.

May import: shared.
"""

from __future__ import annotations

from shared import alarm_sentences, names
from shared.codes import Event
from shared.units import NL_PER_ML, exact_text_of, text_of

NG_PER_MG = 1_000_000


def concentration(conc_ng_ml: int) -> str:
    return f"{exact_text_of(conc_ng_ml, NG_PER_MG)} mg/mL"


def rate(rate_nl_h: int) -> str:
    return f"{exact_text_of(rate_nl_h, NL_PER_ML)} mL/h"


def minutes(count: int) -> str:
    """A length of time: 45 min, 2 h, 1 h 30 min."""
    hours, rest = divmod(count, 60)
    parts = [f"{hours} h"] if hours else []
    return " ".join([*parts, f"{rest} min"] if rest or not hours else parts)


def volume(volume_nl: int) -> str:
    return f"{text_of(volume_nl, NL_PER_ML, 3)} mL"


def alarm(alarm_id: int) -> str:
    return alarm_sentences.SENTENCES.get(alarm_id, f"alarm {alarm_id}")


def event(code: int, args: list[int]) -> str:
    """One line about an event. Missing or odd arguments leave the plain name: a log must always be readable."""
    name = names.EVENTS.get(code, f"event {code}")
    name = name[0].upper() + name[1:]
    maker = _EVENTS.get(code)
    if maker is None:
        return name
    try:
        return f"{name}: {maker(args)}"
    except (IndexError, KeyError):
        return f"{name}: {', '.join(str(arg) for arg in args)}" if args else name


def _state(number: int) -> str:
    if not 0 <= number < len(names.STATES):
        raise KeyError(number)
    return names.STATES[number].lower()


# What an event's arguments mean for a sentence (shared.codes.Event). A code that is not here has its plain name.
_EVENTS = {
    Event.BOOT: lambda args: f"reset cause {args[0]}, firmware {args[1]}",
    Event.STATE_CHANGED: lambda args: f"{_state(args[0])} → {_state(args[1])}",
    Event.ALARM_RAISED: lambda args: alarm(args[0]),
    Event.ALARM_CLEARED: lambda args: alarm(args[0]),
    Event.ALARM_ACKNOWLEDGED: lambda args: alarm(args[0]),
    Event.ALARM_SILENCED: lambda args: f"for {args[0]} s",
    Event.RX_RECEIVED: lambda args: f"version {args[0]}",
    Event.RX_CONFIRMED: lambda args: f"version {args[0]}",
    Event.RX_ACTIVE: lambda args: f"version {args[0]}",
    Event.RX_REFUSED: lambda args: f"version {args[0]}, {names.REASONS[args[1]]}",
    Event.COMMAND_DONE: lambda args: names.COMMANDS[args[0]],
    Event.COMMAND_REFUSED: lambda args: (
        f"{names.COMMANDS.get(args[0], 'unreadable')}, {names.REASONS[args[1]]}"
    ),
    Event.LIMIT_REFUSED: lambda args: names.REASONS[args[0]],
    Event.LINK_BACK: lambda args: f"after {args[0]} s",
    Event.FRAME_OVERRUN: lambda args: f"{args[0]} ms",
    Event.RECORDS_DROPPED: lambda args: f"{args[0]} telemetry samples",
    Event.DELIVERY_COMPLETE: lambda args: f"{args[0]} steps",
    Event.TOTAL_UNCERTAIN: lambda args: f"{args[0]} to {args[1]} steps",
    Event.FAULT_LATCHED: lambda args: f"fault {args[0]}, value {args[1]}",
}
