"""74HC165 parallel-in shift register, with eight switch contacts on its inputs. Source: TI data sheet SCLS116.

While SH/LD is low the register follows its inputs; a rising clock while it is high shifts towards QH. Contact 0 is on input H, contact 7 on input A;
SER is at ground, so that zeros follow.
"""

import lockstep
from words import FAULT_CONTACTS_STUCK, REP_CONTACTS, REP_FAULTS


class SN74HC165:
    def __init__(self):
        self._register = 0  # bit 0 is the stage of QH
        self._loads = False
        self._clock = 0

    def load(self, level):
        """The SH/LD pin."""
        if self._loads and level:
            self._register = lockstep.senses[REP_CONTACTS]
        self._loads = not level

    def clock(self, level):
        """The CLK pin; CLK INH is at ground."""
        if level and not self._clock and not self._loads:
            self._register >>= 1
        self._clock = level

    def output(self):
        """The QH pin."""
        if lockstep.senses[REP_FAULTS] & FAULT_CONTACTS_STUCK:
            return 1
        register = lockstep.senses[REP_CONTACTS] if self._loads else self._register
        return register & 1
