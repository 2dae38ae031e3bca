"""What a row of the sweep is, and what a run of it has shown."""

from __future__ import annotations

from dataclasses import dataclass

# The bound: 50 uL at 10 mL/h, or one stroke of the roller, whichever is larger.
STROKE_UL = 20
BOUND_UL = max(50, STROKE_UL)

# How a fault is made: the first word says how, the rest is its own.
#   fault, name, value        a row of rig/faults.py
#   stimulus, name, values    a row of plant/stimuli.py
#   stall, ms, times          the controller hangs for so long, so many sleeps in a row
#   step, name                the step of the frame raises an exception
#   power                     the power fails, and comes back a second later
#   key, key                  a key of the panel stays down
How = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One fault and what is expected of the pump. Times count from the fault.

    mode: of pump.MODES, what the pump does meanwhile. alarms: ids, all of which must be raised; none: the clinic hears of none. told_s: by then light
    or sound must have begun; None: nobody is told. stands_s: by then the roller must stand for good; None: delivery goes on. excess_ul: the most that
    it may give beyond what is prescribed. state: afterwards. why: the reason for what a reader would not expect; a row beyond the bound needs one.
    watch_s: how long it is waited for the reaction, or looked at if none is expected.
    """

    name: str
    what: str
    mode: str
    how: How
    alarms: tuple[int, ...]
    told_s: float | None
    stands_s: float | None
    excess_ul: float
    state: int
    why: str = ""
    watch_s: int = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run has shown. Times from the fault, None: never. excess_ul: the most above what is prescribed, short_ul: the most below
    it until somebody was told."""

    alarms: tuple[int, ...]
    told_ms: int | None
    stands_ms: int | None
    excess_ul: float
    short_ul: float
    state: int
    resets: int
