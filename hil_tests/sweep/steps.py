"""An exception in one step of the frame: the pump's own program with that step made to raise, once, in a pump that delivers.

On the chip a program that ends leaves the interpreter at its prompt: no more edges for the dead-man, and nobody feeds the watchdog.
The same here: after the exception nothing is done but to wait.
"""

from __future__ import annotations

from pathlib import Path

STEPS = ("sense", "judge", "decide", "permit", "actuate", "annunciate")
PLANTED = "planted exception"
DELIVERED_FRAMES = 200
# The memories were made in boot 1; the pump must come back well from its reset.
_PROGRAM = """
import os, sys, time
import firmware.main as program
from firmware.executive import Executive
from firmware.safety.gate import Gate

STEP = "{step}"
owner = Gate if STEP == "permit" else Executive
real = getattr(owner, STEP)
pumps = []

def failing(*given):
    pump = pumps[0]
    if pump.delivery.frames_in_state == {frames} and pump.delivery.delivers():
        raise ValueError("{planted}")
    return real(*given)

def remember(self, board, pump):
    pumps.append(pump)
    begin(self, board, pump)

begin = Executive.__init__
if os.getenv("VIGIL_BOOT") == "2":
    Executive.__init__ = remember
    setattr(owner, STEP, failing)
try:
    program.main()
except ValueError as error:
    sys.print_exception(error)
while True:
    time.sleep_ms(100)
"""


def program_that_fails(step: str, folder: Path) -> Path:
    """The script, in the board's folder."""
    script = folder / "failing_program.py"
    text = _PROGRAM.format(step=step, frames=DELIVERED_FRAMES, planted=PLANTED)
    script.write_text(text)
    return script
