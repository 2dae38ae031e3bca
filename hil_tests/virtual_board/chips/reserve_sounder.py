"""Second sounder on a capacitor of its own (our own circuit, docs/HARDWARE.md). What the board sees of it: a hold pin and a sense pin.

Silent while the hold pin is high; the capacitor, and the sounding without the board, are the rig's. The sense pin has half of the capacitor's voltage,
and 150 mV less while the sounder draws.
"""

import lockstep
from words import FAULT_RESERVE_OPEN, FLAG_RESERVE_HELD, REP_FAULTS, REP_RESERVE_MV, REQ_FLAGS

_DROP_MV = 150


class ReserveSounder:
    def __init__(self):
        self.held = False
        lockstep.reporters.append(self)

    def report(self, request, end_us):
        if self.held:
            request[REQ_FLAGS] |= FLAG_RESERVE_HELD

    def sense_mv(self):
        senses = lockstep.senses
        mv = senses[REP_RESERVE_MV] >> 1
        if self.held or senses[REP_FAULTS] & FAULT_RESERVE_OPEN:
            return mv
        return mv - _DROP_MV if mv > _DROP_MV else 0
