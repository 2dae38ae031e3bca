"""Dead-man: a charge pump that feeds the motor's supply switch as long as its pin keeps changing.

Any edge charges it; it drops out 300 ms after the last one. The sense falls from 3,000 mV to 1,500 mV in that time and on to nothing. While STOP is held
the capacitor is shorted: no edge charges it and what was there is gone.
"""

import lockstep
from words import FAULT_DEADMAN_OPEN, FAULT_DEADMAN_STUCK, KEY_STOP_BIT, REP_FAULTS, REP_KEYS

_HOLD_US = 300_000
_THRESHOLD_MV = 1_500
_US_A_MV = 200
_LONG_AGO_US = -10_000_000


class DeadMan:
    def __init__(self):
        self.drops_at_us = _LONG_AGO_US
        lockstep.listeners.append(self)

    def edge(self):
        senses = lockstep.senses
        if senses[REP_KEYS] & KEY_STOP_BIT or senses[REP_FAULTS] & FAULT_DEADMAN_OPEN:
            return
        self.drops_at_us = lockstep.elapsed_us + _HOLD_US

    def powered_until_us(self):
        """Until when the motor has supply if nothing else happens."""
        self.sensed(lockstep.senses)
        return self.drops_at_us

    def sensed(self, senses):
        if senses[REP_KEYS] & KEY_STOP_BIT:
            self.drops_at_us = _LONG_AGO_US
        elif senses[REP_FAULTS] & FAULT_DEADMAN_STUCK:
            self.drops_at_us = lockstep.elapsed_us + 10 * _HOLD_US
        elif senses[REP_FAULTS] & FAULT_DEADMAN_OPEN:
            self.drops_at_us = _LONG_AGO_US

    def sense_mv(self):
        mv = _THRESHOLD_MV + (self.powered_until_us() - lockstep.elapsed_us) // _US_A_MV
        return min(max(mv, 0), 2 * _THRESHOLD_MV)
