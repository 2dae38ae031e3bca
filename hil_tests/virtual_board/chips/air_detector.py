"""Ultrasonic pair across the tube with an envelope detector. Wet tube 2,000 mV and more, air below 800 mV, transmitter off below 200 mV."""

import lockstep
from words import (
    FAULT_AIR_BLIND,
    FAULT_AIR_DRIVE_STUCK,
    FLAG_AIR_DRIVE,
    REP_AIR_MV,
    REP_FAULTS,
    REQ_FLAGS,
)  # fmt: skip

_OFF_MV = 120
_WET_MV = 2_500


class AirDetector:
    def __init__(self):
        self.drive_pin = False
        lockstep.reporters.append(self)

    def _transmits(self):
        return self.drive_pin or bool(lockstep.senses[REP_FAULTS] & FAULT_AIR_DRIVE_STUCK)

    def report(self, request, end_us):
        if self._transmits():
            request[REQ_FLAGS] |= FLAG_AIR_DRIVE

    def sense_mv(self):
        blind = lockstep.senses[REP_FAULTS] & FAULT_AIR_BLIND
        mv = _WET_MV if blind else lockstep.senses[REP_AIR_MV]
        return mv if self._transmits() else min(mv, _OFF_MV)
