"""Where the virtual board ends and the body begins: physical quantities, no registers.

The rig calls `Plant.advance` once an exchange (100 ms in the normal frame; never more than
1,000 ms) with what the board did since the last call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

# Bits of Senses.open_mask. Without door or cassette the rollers do not press on the tube.
DOOR = 1
CASSETTE = 2
BAG = 4
NOT_PUMPING = DOOR | CASSETTE


@dataclass(slots=True)
class Actuators:
    """What the board did since the last exchange."""

    steps: int = 0  # microsteps made with the driver enabled and powered; + is DIR = 1, forward
    motor_powered: bool = False  # EN low and dead-man charged at the end of the interval
    air_drive: bool = True  # ultrasonic transmitter on
    load_ma: int = 20  # board current without the motor


@dataclass(slots=True)
class Senses:
    """What the sensors see at the end of the interval; noise included, quantisation not."""

    encoder_count: int = 0  # roller angle, 0 to 4095, 4096 a turn, up when forward
    downstream_pa: int = 0  # gauge
    upstream_pa: int = 0  # gauge
    air_mv: int = 2500  # detector output
    battery_mv: int = 4000
    battery_permille: int = 900
    stall: bool = False  # DIAG
    open_mask: int = 0  # what a person has opened: bits DOOR, CASSETTE, BAG
    skin_centi_c: int = 3_300  # skin face, 1/100 degree Celsius
    downstream_answers: bool = True  # False: the chip does not acknowledge on the bus
    upstream_answers: bool = True
    encoder_answers: bool = True


class Plant(Protocol):
    senses: Senses

    def advance(self, dt_ms: int, actuators: Actuators) -> Senses:
        """Move time on. The returned object is `self.senses`, reused."""
        ...

    def stimulate(self, name: str, **values: int | str) -> None:
        """Apply one stimulus of stimuli.STIMULI (occlude, air …). ValueError names what is wrong."""
        ...

    def truth(self) -> dict[str, int]:
        """What really happened: delivered_nl (into the patient), pumped_nl, trapped_nl …"""
        ...

    def snapshot(self) -> dict[str, int]:
        """Everything needed to go on after a restart of the rig; JSON-able."""
        ...

    def restore(self, snapshot: dict[str, int]) -> None: ...
