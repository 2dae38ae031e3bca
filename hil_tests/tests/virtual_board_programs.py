"""Small MicroPython programs on the virtual board: write one, run it through the rig, read what it printed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hil_tests.rig import Rig
from hil_tests.rig.hand_plant import HandPlant
from hil_tests.rig.rig import HEAP

PARTS = """
import time, micropython, machine
from machine import Pin, I2C, ADC, PWM, UART, WDT
from esp32 import RMT
bus0 = I2C(0, scl=Pin(9), sda=Pin(8), freq=400_000)
bus1 = I2C(1, scl=Pin(18), sda=Pin(17), freq=400_000)
"""
MOTOR = """
en = Pin(6, Pin.OUT, value=0)
direction = Pin(5, Pin.OUT, value=1)
deadman = Pin(15, Pin.OUT, value=0)
deadman_sense = ADC(Pin(1), atten=ADC.ATTN_11DB)
rmt = RMT(0, pin=Pin(4), resolution_hz=1_000_000)
def edge():
    deadman.value(1 - deadman.value())
"""
REST = """
while True:
    time.sleep_ms(100)
"""


@contextmanager
def board(
    folder: Path,
    program: str,
    *,
    seed: int = 1,
    plant: HandPlant | None = None,
    hang_s: float = 10.0,
    ticks_start_ms: int | None = None,
    heap: str = HEAP,
) -> Iterator[tuple[Rig, HandPlant]]:
    """A powered board that runs `program` (without PARTS), up to its first sleep."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "board_program.py"
    script.write_text(program)
    plant = plant or HandPlant()
    with Rig(
        folder,
        plant,
        seed,
        heap=heap,
        main_script=script,
        hang_s=hang_s,
        ticks_start_ms=ticks_start_ms,
    ) as rig:
        rig.power_on()
        yield rig, plant


def program(*parts: str) -> str:
    return "".join(textwrap.dedent(part) for part in parts)


def lines(rig: Rig) -> list[str]:
    return rig.console().splitlines()
