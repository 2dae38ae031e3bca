"""The one table of faults: what can be wrong with the parts of a pump, and which of them are wrong now.

Some are bits that a part of the virtual board plays itself (virtual_board/words.py); the rest the rig plays, on the way between board and plant.
What is wrong with the body (occlusion, air, an empty bag, a blocked roller) is a stimulus of the plant: plant/stimuli.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from hil_tests.virtual_board import words as w


@dataclass(frozen=True, slots=True)
class Fault:
    """One row. bit: of REP_FAULTS, 0 if the rig plays it. usual: the value that it has if none is given, within low to high."""

    what: str
    bit: int = 0
    usual: int = 1
    low: int = 1
    high: int = 1
    unit: str = ""


def _pressure_bits(first: int) -> tuple[int, int, int, int]:
    return first, first << 1, first << 2, first << 3


_DOWN = _pressure_bits(w.FAULT_DOWNSTREAM_STUCK)
_UP = _pressure_bits(w.FAULT_UPSTREAM_STUCK)

FAULTS: dict[str, Fault] = {
    "encoder_silent": Fault("the roller's encoder does not answer"),
    "encoder_stuck": Fault("the encoder always tells the same angle", w.FAULT_ENCODER_STUCK),
    "encoder_doubled": Fault("the encoder tells twice the angle", w.FAULT_ENCODER_DOUBLED),
    "encoder_no_magnet": Fault("the encoder has lost its magnet", w.FAULT_ENCODER_NO_MAGNET),
    "motor_runaway": Fault(
        "while the dead-man supplies it, the motor turns without pulses",
        usual=100,
        low=1,
        high=7_410,
        unit="steps/s",
    ),
    "motor_overshoots": Fault(
        "the motor makes more steps than it gets pulses", usual=20, low=1, high=400, unit="%"
    ),
    "motor_loses_steps": Fault(
        "the motor makes fewer steps than it gets pulses", usual=20, low=1, high=100, unit="%"
    ),
    "downstream_silent": Fault("the sensor below the pump does not answer"),
    "downstream_stuck": Fault("the sensor below the pump always tells the same", _DOWN[0]),
    "downstream_open": Fault("its bridge is open: upper end, saturated", _DOWN[1]),
    "downstream_shorted": Fault("its bridge is shorted: lower end, saturated", _DOWN[2]),
    "downstream_memory": Fault("it reports a memory error", _DOWN[3]),
    "downstream_drift": Fault(
        "it tells so much too much", usual=-8_000, low=-100_000, high=100_000, unit="Pa"
    ),
    "upstream_silent": Fault("the sensor above the pump does not answer"),
    "upstream_stuck": Fault("the sensor above the pump always tells the same", _UP[0]),
    "upstream_open": Fault("its bridge is open: upper end, saturated", _UP[1]),
    "upstream_shorted": Fault("its bridge is shorted: lower end, saturated", _UP[2]),
    "upstream_memory": Fault("it reports a memory error", _UP[3]),
    "upstream_drift": Fault(
        "it tells so much too much", usual=2_000, low=-20_000, high=20_000, unit="Pa"
    ),
    "air_blind": Fault("the air detector sees liquid whatever passes", w.FAULT_AIR_BLIND),
    "air_drive_stuck": Fault(
        "the detector's transmitter stays on whatever its pin says", w.FAULT_AIR_DRIVE_STUCK
    ),
    "deadman_open": Fault("the dead-man never charges", w.FAULT_DEADMAN_OPEN),
    "deadman_stuck": Fault(
        "the dead-man never drops out, except while STOP is held", w.FAULT_DEADMAN_STUCK
    ),
    "door_broken": Fault("the two contacts of the door are equal"),
    "cassette_broken": Fault("the two contacts of the cassette are equal"),
    "bag_broken": Fault("the two contacts of the bag are equal"),
    "pendant_broken": Fault("the two contacts of the pendant are equal, or it is unplugged"),
    "door_bounces": Fault("the door's contacts change with every exchange"),
    "contacts_stuck": Fault(
        "the register behind which pendant, door, cassette and bag are read is stuck",
        w.FAULT_CONTACTS_STUCK,
    ),
    "battery_sags": Fault(
        "the cell's voltage is lower than its charge says", usual=500, low=1, high=4_000, unit="mV"
    ),
    "gauge_silent": Fault("the fuel gauge does not answer", w.FAULT_GAUGE_SILENT),
    "ticks_stopped": Fault("the controller's tick counters stand", w.FAULT_TICKS_STOPPED),
    "ticks_jumped": Fault(
        "the tick counters are so far ahead (+) or behind (-)",
        usual=60_000,
        low=-100_000_000,
        high=100_000_000,
        unit="ms",
    ),
    "clock_silent": Fault("the real-time clock does not answer", w.FAULT_CLOCK_SILENT),
    "clock_low_voltage": Fault(
        "the clock says that its cell was empty", w.FAULT_CLOCK_LOW_VOLTAGE
    ),
    "clock_stopped": Fault("the clock's seconds stand"),
    "clock_rate": Fault(
        "how fast the clock goes, 1,000 is right", usual=1_100, low=1, high=10_000, unit="permille"
    ),
    "bus0_stuck": Fault(
        "SDA of the panel's bus is held low until nine clocks", w.FAULT_BUS0_STUCK
    ),
    "bus1_stuck": Fault("SDA of the safety bus is held low until nine clocks", w.FAULT_BUS1_STUCK),
    "flash_dead": Fault("erasing and programming the flash fails", w.FAULT_FLASH_DEAD),
    "fram_silent": Fault("the dose memory does not answer", w.FAULT_FRAM_SILENT),
    "display_silent": Fault("the display does not answer", w.FAULT_DISPLAY_SILENT),
    "sounder_open": Fault("the sounder draws no current and is silent", w.FAULT_SOUNDER_OPEN),
    "reserve_open": Fault("the second sounder is silent", w.FAULT_RESERVE_OPEN),
    "reserve_flat": Fault("the second sounder's capacitor holds no charge"),
    "haptics_silent": Fault("the haptic driver does not answer", w.FAULT_HAPTICS_SILENT),
    "haptics_open": Fault("the vibration motor is off its driver", w.FAULT_HAPTICS_OPEN),
    "skin_silent": Fault("the sensor on the skin face does not answer", w.FAULT_SKIN_SILENT),
}


def check_fault(name: str, value: int | bool) -> int:
    """The number that a fault gets: the usual for True, 0 for False. ValueError: no such fault, or not that value."""
    fault = FAULTS.get(name)
    if fault is None:
        raise ValueError(f"no fault {name!r}; there are {', '.join(sorted(FAULTS))}")
    number = fault.usual if value is True else int(value)
    if number and not fault.low <= number <= fault.high:
        allowed = f"{fault.low} to {fault.high} {fault.unit}".rstrip()
        raise ValueError(f"the value of {name!r} is {number}; allowed: {allowed}")
    return number


class Faults:
    """Which faults one pump has now. board_bits: those that its parts play, as REP_FAULTS has them."""

    def __init__(self) -> None:
        self.board_bits = 0
        self._values: dict[str, int] = {}

    def set(self, name: str, value: int | bool = True) -> None:
        """True: the row's usual value; False or 0: mended. ValueError names what is wrong."""
        number = check_fault(name, value)
        if number:
            self._values[name] = number
            self.board_bits |= FAULTS[name].bit
        else:
            self._values.pop(name, None)
            self.board_bits &= ~FAULTS[name].bit

    def of(self, name: str) -> int:
        """The value of a fault, 0 if the pump does not have it."""
        return self._values.get(name, 0)

    def names(self) -> tuple[str, ...]:
        """Those it has, sorted."""
        return tuple(sorted(self._values))
