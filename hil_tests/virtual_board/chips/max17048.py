"""MAX17048 fuel gauge. Source: Maxim data sheet 19-6171. Registers are 16 bits, big-endian; the pointer moves on by bytes.

CRATE is the change of the charge over ten minutes, as the chip's own filter would show it after settling.
"""

import lockstep
from words import FAULT_GAUGE_SILENT, REP_BATTERY_MV, REP_BATTERY_PERMILLE, REP_FAULTS

_VCELL = 0x02
_SOC = 0x04
_VERSION = 0x08
_CRATE = 0x16
_ID = 0x18
_CRATE_WINDOW_US = 600_000_000
_VALUE_VERSION = 0x0012
# 0.208 % an hour a bit; 1 permille in ten minutes is 0.6 % an hour
_CRATE_NUMERATOR = 600
_CRATE_DENOMINATOR = 208


class MAX17048:
    address = 0x36

    def __init__(self):
        self._pointer = 0
        self._received = 0
        self._high = 0
        self._writable = bytearray(0x20)
        self._writable[0x0C] = 0x97  # CONFIG: default compensation
        self._writable[0x0D] = 0x1C
        self._window_start_us = 0
        self._window_permille = lockstep.senses[REP_BATTERY_PERMILLE]
        self._crate = 0
        lockstep.listeners.append(self)

    def answers(self):
        return not lockstep.senses[REP_FAULTS] & FAULT_GAUGE_SILENT

    def sensed(self, senses):
        if lockstep.elapsed_us - self._window_start_us < _CRATE_WINDOW_US:
            return
        permille = senses[REP_BATTERY_PERMILLE]
        change = permille - self._window_permille
        self._crate = change * _CRATE_NUMERATOR // _CRATE_DENOMINATOR
        self._window_permille = permille
        self._window_start_us = lockstep.elapsed_us

    def begin(self):
        self._received = 0

    def write(self, buf, count):
        for i in range(count):
            if self._received == 0:
                self._pointer = buf[i]
            elif self._pointer < 0x20:
                self._writable[self._pointer] = buf[i]
                self._pointer += 1
            self._received += 1

    def end(self):
        pass

    def read_into(self, buf):
        for i in range(len(buf)):
            word = self._register(self._pointer & 0xFE)
            buf[i] = (word & 0xFF) if self._pointer & 1 else (word >> 8) & 0xFF
            self._pointer = (self._pointer + 1) & 0xFF

    def _register(self, number):
        senses = lockstep.senses
        if number == _VCELL:
            return senses[REP_BATTERY_MV] * 64 // 5  # 78.125 uV a bit
        if number == _SOC:
            return senses[REP_BATTERY_PERMILLE] * 256 // 10
        if number == _VERSION:
            return _VALUE_VERSION
        if number == _CRATE:
            return self._crate & 0xFFFF
        if number == _ID:
            return 0x000C
        if number < 0x20:
            return self._writable[number] << 8 | self._writable[number + 1]
        return 0
