"""README.md of the scenario language, made from vocabulary.py.

`python -m hil_tests.scenario.handbook` writes it; a test compares it with the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from hil_tests.plant.config import PlantConfig
from hil_tests.rig.faults import FAULTS, Fault
from hil_tests.scenario import vocabulary
from hil_tests.scenario.durations import show_ms
from hil_tests.scenario.fields import REQUIRED, Field

README = Path(__file__).with_name("README.md")

_INTRODUCTION = """\
# Scenario files

A scenario is a TOML file: what is set up, what happens when, and what must be seen. It runs the unmodified firmware on
the virtual board, with a simulated body, hub and clinic, in simulated time:

    python -m hil_tests.run hil_tests/scenarios/distal_occlusion.toml --log run.jsonl --plot run.png --json verdict.json

Several files may be given; then `--log` and `--plot` take a folder. Exit code 0: everything expected was seen. 1: something
was not, or the run broke off. 2: a file or option cannot be used; then nothing was started.

Unknown keys, wrong types, values out of range and unknown requirement ids are refused with one sentence. Volumes are nL,
rates nL/h, pressures Pa; times are text with units, such as "1 h 5 min", "90 s" or "250 ms", and count from time zero.

This page is made from `vocabulary.py` by `python -m hil_tests.scenario.handbook`.
"""

_PREPARATION = """\
Before time zero the bench provisions a new pump with keys from the seed, switches it on and links it. Then, by `prepare`,
two clinicians sign the prescription, it goes down the real command path, somebody pages through it on the pump's screen and
holds OK, and presses START. A pump that does not get so far in 3 min per step fails the scenario.
"""

_FAULTS = """\
What `fault` breaks and `mend` makes good again. A fault with a unit takes a value; without one it has the usual. What is wrong with the body is
above: `occlude`, `air`, `empty`, `mute`, `stall`.
"""

_FORMS = {
    "within": "`after` a mark (default `zero`), `within` a time",
    "throughout": "`from` … `until`: all the time",
    "at": "`at` one moment",
    "never": "`never = true`, with or without `from` … `until`",
}


def text() -> str:
    """The whole page."""
    parts = [_INTRODUCTION, "## At the top\n", _table(vocabulary.TOP)]
    parts += ["## [pump]\n", _PREPARATION, _table(vocabulary.PUMP)]
    parts += ["## [prescription]\n", _table(vocabulary.PRESCRIPTION)]
    parts += ["## [plant]\n", "The body; every key has a default.\n", _plant_table()]
    parts += ["## [[at]]: what happens\n", _table(vocabulary.AT)]
    parts += ["`do` is one of these, with its own keys in the same table:\n", _actions()]
    parts += ["## Faults\n", _FAULTS, _faults()]
    parts += ["## [[expect]]: what must be seen\n", _forms(), _expectations()]
    return "\n".join(parts)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _table(wanted: Mapping[str, Field]) -> str:
    lines = _row("key", "meaning", "allowed", "default") + _row(*["---"] * 4)
    for name, field in wanted.items():
        lines += _row(f"`{name}`", field.what, _allowed(field), _default(field))
    return lines


def _allowed(field: Field) -> str:
    if field.kind == "choice" and len(field.choices) > 8:
        return "a word of its table in shared/ or below"
    return field.allowed()


def _default(field: Field) -> str:
    if field.default is REQUIRED:
        return "must be given"
    if field.default is None or field.default in ("", ()):
        return "none"
    if field.kind == "time" and type(field.default) is int:
        return show_ms(field.default)
    return str(field.default)


def _plant_table() -> str:
    lines = _row("key", "meaning", "allowed", "default") + _row(*["---"] * 4)
    for item in fields(PlantConfig):
        data = item.metadata
        lines += _row(
            f"`{item.name}`", data["what"], f"{data['low']} to {data['high']}", str(item.default)
        )
    return lines


def _actions() -> str:
    lines = _row("do", "what it does", "keys") + _row("---", "---", "---")
    for name, (what, wanted) in vocabulary.ACTIONS.items():
        keys = "any of [prescription]" if name == "prescribe" else _keys(wanted)
        lines += _row(f"`{name}`", what, keys)
    return lines


def _faults() -> str:
    lines = _row("fault", "what is wrong", "value", "usual") + _row(*["---"] * 4)
    for name, fault in FAULTS.items():
        usual = str(fault.usual) if fault.unit else ""
        lines += _row(f"`{name}`", fault.what, _range(fault), usual)
    return lines


def _range(fault: Fault) -> str:
    return f"{fault.low} to {fault.high} {fault.unit}" if fault.unit else ""


def _keys(wanted: Mapping[str, Field]) -> str:
    shown = []
    for key, field in wanted.items():
        default = "" if field.default is REQUIRED else f", default {_default(field)}"
        shown.append(f"`{key}`: {_allowed(field)}{default}")
    return "; ".join(shown) or "none"


def _forms() -> str:
    lines = "Each says when it looks, in one of these forms:\n\n"
    lines += "".join(f"- {name}: {what}\n" for name, what in _FORMS.items())
    lines += "\nMarks are the names given in [[at]], and:\n\n"
    lines += "".join(f"- `{name}`: {what}\n" for name, what in vocabulary.MARKS.items())
    return lines


def _expectations() -> str:
    lines = _row("that", "what is expected", "keys", "forms") + _row(*["---"] * 4)
    for name, (what, wanted, forms) in vocabulary.EXPECTATIONS.items():
        lines += _row(f"`{name}`", what, _keys(wanted), ", ".join(forms))
    words = {
        "States": vocabulary.STATES,
        "Alarms": vocabulary.ALARMS,
        "Event codes": vocabulary.EVENTS,
        "Receipt stages": vocabulary.STAGES,
        "Reasons": vocabulary.REASONS,
        "Figures of `truth`": vocabulary.TRUTHS,
        "Figures of `told`": vocabulary.TOLD,
    }
    lists = "".join(f"\n{name}: {', '.join(chosen)}.\n" for name, chosen in words.items())
    return lines + lists


if __name__ == "__main__":
    README.write_text(text(), encoding="utf-8")
