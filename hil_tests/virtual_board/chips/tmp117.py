"""TMP117 digital temperature sensor. Source: TI data sheet SNOSD82. Registers are 16 bits, big-endian; reading on gives the same register again.

Continuous conversion as after power-on: mean of eight, once a second; the first result stands after 124 ms, before it the register holds 0x8000.
Other modes, limits and the EEPROM are stored and not played.
"""

import lockstep
from words import FAULT_SKIN_SILENT, REP_FAULTS, REP_SKIN_CENTI_C

_RESULT = 0x00
_CONFIGURATION = 0x01
_DEVICE_ID = 0x0F
_ID = 0x0117
_NONE = 0x8000
_DATA_READY = 0x2000
_CONVERSION_US = 124_000
_CYCLE_US = 1_000_000
_REGISTERS = 16


class TMP117:
    address = 0x48

    def __init__(self):
        self._pointer = 0
        self._received = 0
        self._words = [0] * _REGISTERS
        self._words[_RESULT] = _NONE
        self._words[_CONFIGURATION] = 0x0220
        self._words[2] = 0x6000
        self._words[3] = 0x8000
        self._words[_DEVICE_ID] = _ID
        self._ready_us = _CONVERSION_US
        lockstep.listeners.append(self)

    def answers(self):
        return not lockstep.senses[REP_FAULTS] & FAULT_SKIN_SILENT

    def sensed(self, senses):
        if lockstep.elapsed_us < self._ready_us:
            return
        while self._ready_us <= lockstep.elapsed_us:
            self._ready_us += _CYCLE_US
        self._words[_RESULT] = senses[REP_SKIN_CENTI_C] * 128 // 100 & 0xFFFF
        self._words[_CONFIGURATION] |= _DATA_READY

    def begin(self):
        self._received = 0

    def write(self, buf, count):
        for i in range(count):
            number = self._pointer
            if self._received == 0:
                self._pointer = buf[i] & 15
            elif number != _RESULT and number != _DEVICE_ID:
                word = self._words[number]
                high = self._received & 1
                self._words[number] = (
                    word & 0x00FF | buf[i] << 8 if high else word & 0xFF00 | buf[i]
                )
            self._received += 1

    def end(self):
        pass

    def read_into(self, buf):
        word = self._words[self._pointer]
        for i in range(len(buf)):
            buf[i] = word & 0xFF if i & 1 else word >> 8
        if self._pointer == _RESULT or self._pointer == _CONFIGURATION:
            self._words[_CONFIGURATION] &= ~_DATA_READY
