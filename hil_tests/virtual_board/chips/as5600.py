"""AS5600 rotary encoder, 12 bits. Source: ams data sheet v1-06, register description.

The angle is the roller's, so 4,096 counts a turn. RAW ANGLE, ANGLE and MAGNITUDE do not move the address pointer on: reading on gives the same pair.
"""

import lockstep
from words import (
    FAULT_ENCODER_DOUBLED,
    FAULT_ENCODER_NO_MAGNET,
    FAULT_ENCODER_STUCK,
    REP_ENCODER,
    REP_FAULTS,
    REP_FLAGS,
    SENSE_ENCODER_ANSWERS,
)  # fmt: skip

_STATUS_MAGNET_DETECTED = 0x20
_AGC_MIDDLE = 0x80
_MAGNITUDE = 0x0700
_CONFIGURATION_BYTES = 9  # ZMCO to CONF low, 0x00 to 0x08
_PAIRS_STAY = (0x0C, 0x0E, 0x1B)


class AS5600:
    address = 0x36

    def __init__(self):
        self._pointer = 0
        self._first = False
        self._configuration = bytearray(_CONFIGURATION_BYTES)
        self._angle = 0

    def answers(self):
        return lockstep.senses[REP_FLAGS] & SENSE_ENCODER_ANSWERS

    def begin(self):
        self._first = True

    def write(self, buf, count):
        for i in range(count):
            if self._first:
                self._pointer = buf[i]
                self._first = False
            else:
                if 0 < self._pointer < _CONFIGURATION_BYTES:
                    self._configuration[self._pointer] = buf[i]
                self._pointer = (self._pointer + 1) & 0xFF

    def end(self):
        pass

    def read_into(self, buf):
        for i in range(len(buf)):
            buf[i] = self._register(self._pointer)
            if (self._pointer - 1) in _PAIRS_STAY:
                self._pointer -= 1
            else:
                self._pointer = (self._pointer + 1) & 0xFF

    def _register(self, number):
        faults = lockstep.senses[REP_FAULTS]
        if not faults & FAULT_ENCODER_STUCK:
            self._angle = lockstep.senses[REP_ENCODER] & 0xFFF
        angle = self._angle
        if faults & FAULT_ENCODER_DOUBLED:
            angle = angle << 1 & 0xFFF
        if number == 0x0B:
            return 0 if faults & FAULT_ENCODER_NO_MAGNET else _STATUS_MAGNET_DETECTED
        if number == 0x0C or number == 0x0E:
            return angle >> 8
        if number == 0x0D or number == 0x0F:
            return angle & 0xFF
        if number == 0x1A:
            return _AGC_MIDDLE
        if number == 0x1B:
            return _MAGNITUDE >> 8
        if number == 0x1C:
            return _MAGNITUDE & 0xFF
        if number < _CONFIGURATION_BYTES:
            return self._configuration[number]
        return 0
