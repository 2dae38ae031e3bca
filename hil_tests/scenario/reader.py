"""A TOML file to a `Scenario`, or one clear sentence. Nothing is started for a file that fails."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hil_tests.plant.config import PlantConfig, read_config
from hil_tests.rig.faults import check_fault
from hil_tests.scenario import vocabulary
from hil_tests.scenario.durations import show_ms
from hil_tests.scenario.fields import Field, ScenarioError, check_table
from hil_tests.scenario.model import Action, Expectation, Scenario

_LARGEST_FILE = 200_000
_SECTIONS = ("pump", "prescription", "plant", "at", "expect")


def read_scenario(path: Path) -> Scenario:
    """Read and check a file. ScenarioError says in one sentence what to change, and where."""
    document = _load(path)
    where = path.name
    top = check_table(where, document, vocabulary.TOP, skip=_SECTIONS)
    _check_requirements(where, top["requirements"])
    pump = check_table(f"{where}, [pump]", document.get("pump", {}), vocabulary.PUMP)
    prescription = _read_prescription(where, document, pump["prepare"])
    duration_ms: Any = top["duration"]
    actions = _read_actions(where, document.get("at", []), duration_ms, bool(prescription))
    marks = [*vocabulary.MARKS, *(action.name for action in actions if action.name)]
    return Scenario(
        path=path,
        title=str(top["title"]),
        requirements=tuple(top["requirements"]),  # pyright: ignore[reportArgumentType]
        seed=top["seed"],  # pyright: ignore[reportArgumentType]
        duration_ms=duration_ms,
        prepare=str(pump["prepare"]),
        calibration_pl=pump["calibration_pl"],  # pyright: ignore[reportArgumentType]
        prescription=prescription,
        plant=_read_plant(where, document.get("plant", {})),
        actions=tuple(sorted(actions, key=lambda action: action.time_ms)),
        expectations=_read_expectations(where, document.get("expect", []), duration_ms, marks),
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise ScenarioError(f"{path}: larger than 200 kB; this is not a scenario")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ScenarioError(f"{path}: there is no such file; check the name") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: cannot be read ({error}); give a TOML file") from None
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{path.name}: not TOML: {error}; correct that line") from None


def _check_requirements(where: str, ids: Any) -> None:
    known = {f"SR-{number:03d}" for number in range(1, vocabulary.LAST_REQUIREMENT + 1)}
    for text in ids:
        if text not in known:
            raise ScenarioError(
                f"{where}: 'requirements' names {text!r}, which is no requirement; "
                f"use SR-001 to SR-{vocabulary.LAST_REQUIREMENT}"
            )


def _read_prescription(where: str, document: dict[str, Any], prepare: object) -> dict[str, Any]:
    if "prescription" in document:
        place = f"{where}, [prescription]"
        return check_table(place, document["prescription"], vocabulary.PRESCRIPTION)
    if prepare != "provisioned":
        raise ScenarioError(
            f"{where}: [prescription] is missing; write it, or set [pump] prepare = 'provisioned'"
        )
    return {}


def _read_plant(where: str, table: object) -> PlantConfig:
    if not isinstance(table, Mapping):
        raise ScenarioError(f"{where}: [plant] must be a table; write it as [plant]")
    try:
        return read_config(table)
    except ValueError as error:
        raise ScenarioError(f"{where}, [plant]: {error}") from None


def _read_actions(where: str, rows: object, duration_ms: int, prescribed: bool) -> list[Action]:
    actions: list[Action] = []
    for number, row in enumerate(_rows(where, rows, "at"), 1):
        place = f"{where}, [[at]] {number}"
        common = check_table(place, row, vocabulary.AT, skip=tuple(row))
        do, name, time_ms = str(common["do"]), str(common["name"]), common["time"]
        given = {key: value for key, value in row.items() if key not in vocabulary.AT}
        values = check_table(f"{place} ({do})", given, vocabulary.ACTIONS[do][1])
        if do == "press":
            values["hold_ms"] = values.pop("hold")
        if do == "fault":
            _check_fault(place, values)
        if do == "prescribe":
            values = {key: value for key, value in values.items() if value is not None}
            if not prescribed:
                raise ScenarioError(f"{place}: 'prescribe' needs a [prescription] to change")
        if time_ms > duration_ms:  # pyright: ignore[reportOperatorIssue]
            raise ScenarioError(f"{place}: 'time' is after the end ({show_ms(duration_ms)})")
        taken = [*vocabulary.MARKS, *(action.name for action in actions)]
        if name and name in taken:
            raise ScenarioError(f"{place}: the name '{name}' is taken; choose another")
        actions.append(Action(time_ms, do, name, values))  # pyright: ignore[reportArgumentType]
    return actions


def _check_fault(place: str, values: Mapping[str, Any]) -> None:
    try:
        check_fault(values["fault"], values["value"] or True)
    except ValueError as error:
        raise ScenarioError(f"{place}: {error}") from None


def _rows(where: str, rows: object, name: str) -> list[Mapping[str, Any]]:
    if type(rows) is not list or not all(isinstance(row, Mapping) for row in rows):
        raise ScenarioError(f"{where}: '{name}' must be a list; write each as [[{name}]]")
    return rows


def _read_expectations(
    where: str, rows: object, duration_ms: int, marks: list[str]
) -> tuple[Expectation, ...]:
    kind_field = Field("choice", "", choices=tuple(vocabulary.EXPECTATIONS))
    expectations: list[Expectation] = []
    for number, row in enumerate(_rows(where, rows, "expect"), 1):
        place = f"{where}, [[expect]] {number}"
        kind = str(check_table(place, row, {"that": kind_field}, skip=tuple(row))["that"])
        _what, fields, forms = vocabulary.EXPECTATIONS[kind]
        form = _form_of(place, row, kind, forms)
        wanted = {"that": kind_field, **fields, **vocabulary.FORMS[form]}
        if form == "never" and "from" in row:
            wanted |= vocabulary.THROUGHOUT
        values = check_table(f"{place} ({kind})", row, wanted)
        _check_times(place, values, duration_ms, marks)
        if "low" in fields and values["low"] is None and values["high"] is None:
            raise ScenarioError(f"{place} ({kind}): give 'low', 'high' or both")
        text = ", ".join(f"{key} {value}" for key, value in row.items() if key != "that")
        expectations.append(Expectation(kind, form, values, f"{kind}: {text}"))
    if not expectations:
        raise ScenarioError(f"{where}: it expects nothing; write at least one [[expect]]")
    return tuple(expectations)


def _form_of(place: str, row: Mapping[str, Any], kind: str, forms: tuple[str, ...]) -> str:
    signs = {"never": "never", "within": "within", "at": "at", "throughout": "from"}
    found = [form for form, key in signs.items() if key in row]
    if "never" in found and row["never"] is True:
        found = ["never"]
    if len(found) != 1 or found[0] not in forms:
        choices = {
            "within": "'after' with 'within'",
            "throughout": "'from' with 'until'",
            "at": "'at'",
            "never": "'never = true'",
        }
        allowed = " or ".join(choices[form] for form in forms)
        raise ScenarioError(f"{place} ({kind}): say when it holds: {allowed}")
    return found[0]


def _check_times(
    place: str, values: Mapping[str, Any], duration_ms: int, marks: list[str]
) -> None:
    for key in ("from", "until", "at"):
        if values.get(key, 0) > duration_ms:
            raise ScenarioError(f"{place}: '{key}' is after the end ({show_ms(duration_ms)})")
    if "from" in values and values["from"] >= values["until"]:
        raise ScenarioError(f"{place}: 'until' must be later than 'from'")
    if "after" in values and values["after"] not in marks:
        raise ScenarioError(
            f"{place}: the mark '{values['after']}' is not known; known are {', '.join(marks)}"
        )
