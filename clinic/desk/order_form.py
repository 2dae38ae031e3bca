"""The prescriber's form as data, and what was written in it as an `Order`. Pure.

A field's name is the order's own ("load.minutes"), so that a finding of the drug library can be shown beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clinic.order_model import Bolus, ClinicianBolus, Kvo, Load, Order, Step
from shared import units

LONGEST_TEXT = 2_000  # 47 rate steps, one a line
OVERRIDE = "override:"  # what stands before a field's name in the name of its reason

DECIMAL = "decimal"  # kept as text; the calculator reads it exactly
WHOLE = "whole"
THOUSANDS = "thousands"  # kg to g, kPa to Pa


@dataclass(frozen=True, slots=True)
class FormField:
    """One box. needed: of its group, if anything of the group is written. hint: what an empty box means."""

    name: str
    label: str
    kind: str
    needed: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Boxes that belong together. optional: all empty is nothing ordered."""

    title: str
    fields: tuple[FormField, ...]
    optional: bool = False


PROPOSED = "empty: proposed"
# Profile, patient class and rate steps are drawn by the page itself.
GROUPS = (
    Group(
        "Infusion",
        (
            FormField("weight_g", "Dosing weight, kg", THOUSANDS),
            FormField("conc_mg_ml", "Concentration, mg/mL", DECIMAL),
            FormField("bag_ml", "Volume in the bag, mL", DECIMAL),
            FormField("vtbi_ml", "Volume to be infused, mL", DECIMAL),
            FormField("dose_mg_kg_h", "Dose rate, mg/kg/h", DECIMAL),
        ),
    ),
    Group(
        "Loading dose",
        (
            FormField("load.dose_mg_kg", "Dose, mg/kg", DECIMAL),
            FormField("load.minutes", "In, min", WHOLE),
        ),
        optional=True,
    ),
    Group(
        "Patient bolus",
        (
            FormField("bolus.dose_mg", "Dose, mg", DECIMAL),
            FormField("bolus.rate_ml_h", "Rate, mL/h", DECIMAL),
            FormField("bolus.lockout_minutes", "Lockout, min", WHOLE),
            FormField("bolus.count", "At most", WHOLE),
        ),
        optional=True,
    ),
    Group(
        "Clinician bolus",
        (
            FormField("clinician_bolus.dose_mg", "Dose, mg", DECIMAL),
            FormField("clinician_bolus.minutes", "In, min", WHOLE),
        ),
        optional=True,
    ),
    Group(
        "Keep vein open",
        (
            FormField("kvo.rate_ml_h", "Rate, mL/h", DECIMAL),
            FormField("kvo.minutes", "For at most, min", WHOLE),
        ),
        optional=True,
    ),
    Group(
        "Limits",
        (
            FormField("max_hour_ml", "In any hour, mL", DECIMAL, False, PROPOSED),
            FormField("max_4h_ml", "In any 4 hours, mL", DECIMAL, False, PROPOSED),
            FormField("max_day_ml", "In any day, mL", DECIMAL, False, PROPOSED),
            FormField("min_minutes", "Shortest time, min", WHOLE, False, PROPOSED),
            FormField("max_minutes", "Longest time, min", WHOLE, False, PROPOSED),
            FormField("occlusion_pa", "Occlusion pressure, kPa", THOUSANDS, False, "empty: 40"),
        ),
    ),
)
# What a sentence about a field begins with.
LABELS = {
    "profile": "Profile",
    "patient_class": "Patient",
    "steps": "Later rate steps",
    "overrides": "Reasons",
    "soft_reason": "In your own words",
    **{
        field.name: f"{group.title}, {field.label}" if group.optional else field.label
        for group in GROUPS
        for field in group.fields
    },
}


class FormError(Exception):
    """What was written cannot be read: the field and a sentence."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def order_of(values: Mapping[str, object]) -> Order:
    """The order in a form's values, as a browser sent them. FormError names the first box that cannot be read."""
    read: dict[str, dict[str, str | int]] = {"": {}}
    for group in GROUPS:
        written = any(_text(values, field.name) for field in group.fields)
        if written or not group.optional:
            for field in group.fields:
                _put(read, field, _text(values, field.name))
    plain = read[""]
    return Order(
        profile=_chosen(values, "profile"),
        patient_class=_chosen(values, "patient_class"),
        steps=_steps(_text(values, "steps")),
        load=_record(Load, read.get("load")),
        bolus=_record(Bolus, read.get("bolus")),
        clinician_bolus=_record(ClinicianBolus, read.get("clinician_bolus")),
        kvo=_record(Kvo, read.get("kvo")),
        overrides=_overrides(values),
        **plain,  # pyright: ignore[reportArgumentType] - by the kinds of GROUPS
    )


def soft_reason_of(values: Mapping[str, object]) -> str:
    return _text(values, "soft_reason")


def _text(values: Mapping[str, object], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise FormError(name, "this is not what the form sends")
    return value.strip()


def _chosen(values: Mapping[str, object], name: str) -> str:
    text = _text(values, name)
    if not text:
        raise FormError(name, "choose one")
    return text


def _put(read: dict[str, dict[str, str | int]], field: FormField, text: str) -> None:
    part, _, name = field.name.rpartition(".")
    if not text:
        if field.needed:
            raise FormError(field.name, "write a number")
        return
    read.setdefault(part, {})[name] = _value(field, text)


def _value(field: FormField, text: str) -> str | int:
    if field.kind == DECIMAL:
        return text
    if field.kind == WHOLE:
        return _whole(field.name, text)
    try:
        return units.scaled_of(text, 1_000)
    except ValueError:
        raise FormError(field.name, f"{text!r} is not a number with at most 3 decimals") from None


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise FormError(name, f"{text!r} is not a whole number")
    return int(text)


def _steps(text: str) -> tuple[Step, ...]:
    """One step a line: minute of delivery, dose in mg/kg/h."""
    steps = []
    for line in text.splitlines():
        words = line.split()
        if not words:
            continue
        if len(words) != 2:
            raise FormError("steps", f"{line.strip()!r} is not a minute and a dose")
        steps.append(Step(_whole("steps", words[0]), words[1]))
    return tuple(steps)


def _record(kind: type, values: dict[str, str | int] | None):
    return None if values is None else kind(**values)


def _overrides(values: Mapping[str, object]) -> dict[str, str]:
    names = [name for name in values if isinstance(name, str) and name.startswith(OVERRIDE)]
    found = {name.removeprefix(OVERRIDE): _text(values, name) for name in names}
    return {name: word for name, word in found.items() if word}
