"""A scenario after reading: checked, complete, times in ms after time zero."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hil_tests.plant.config import PlantConfig


@dataclass(frozen=True, slots=True)
class Action:
    """One stimulus: `do` is a word of vocabulary.ACTIONS, `values` its checked keys."""

    time_ms: int
    do: str
    name: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Expectation:
    """`kind` of vocabulary.EXPECTATIONS, `form` of vocabulary.FORMS, values of both."""

    kind: str
    form: str
    values: dict[str, Any]
    text: str  # for people


@dataclass(frozen=True, slots=True)
class Scenario:
    path: Path
    title: str
    requirements: tuple[str, ...]
    seed: int
    duration_ms: int
    prepare: str
    calibration_pl: int
    prescription: dict[str, Any]
    plant: PlantConfig
    actions: tuple[Action, ...] = field(default=())
    expectations: tuple[Expectation, ...] = field(default=())

    @property
    def name(self) -> str:
        return self.path.stem
