"""The simplest plant: a roller that turns with the motor, and senses that stay as they were set by hand. For tests of the board alone."""

from __future__ import annotations

from hil_tests.plant.interface import Actuators, Senses

MICROSTEPS_A_TURN = 16_000
COUNTS_A_TURN = 4_096


class HandPlant:
    """`microsteps` turned so far; set anything of `senses` except the encoder."""

    def __init__(self) -> None:
        self.senses = Senses()
        self.microsteps = 0
        self.load_ma = 0
        self.elapsed_ms = 0

    def advance(self, dt_ms: int, actuators: Actuators) -> Senses:
        self.microsteps += actuators.steps
        self.load_ma = actuators.load_ma
        self.elapsed_ms += dt_ms
        turned = self.microsteps * COUNTS_A_TURN // MICROSTEPS_A_TURN
        self.senses.encoder_count = turned % COUNTS_A_TURN
        return self.senses

    def stimulate(self, name: str, **values: int | str) -> None:
        """The name is a field of `Senses`, `value` what it becomes. ValueError: no such field."""
        if not hasattr(self.senses, name):
            raise ValueError(f"no sense {name!r}")
        setattr(self.senses, name, values["value"])

    def truth(self) -> dict[str, int]:
        return {"microsteps": self.microsteps}

    def snapshot(self) -> dict[str, int]:
        return {"microsteps": self.microsteps}

    def restore(self, snapshot: dict[str, int]) -> None:
        self.microsteps = snapshot["microsteps"]
