"""DRV2605L haptic driver with an ERM motor. Source: TI data sheet SLOS854. Registers are 8 bits, the pointer moves on.

Played: standby, device reset, real-time playback and the diagnosis of the motor. The library's waveforms are not.
"""

import lockstep
from words import FAULT_HAPTICS_OPEN, FAULT_HAPTICS_SILENT, REP_FAULTS, REQ_LOAD_MA, REQ_VIBRATION

_STATUS = 0x00
_MODE = 0x01
_PLAYBACK_INPUT = 0x02
_GO = 0x0C
_CONTROL_3 = 0x1D
_DEVICE = 0xE0  # id 7
_DIAG_RESULT = 0x08
_RESET = 0x80
_STANDBY = 0x40
_MODE_MASK = 0x07
_PLAYBACK = 5
_DIAGNOSTICS = 6
_UNSIGNED = 0x08  # of CONTROL 3
_DIAGNOSTICS_US = 150_000
_REGISTERS = 0x23
_AFTER_RESET = (
    (_STATUS, _DEVICE), (_MODE, _STANDBY), (0x03, 0x01), (0x04, 0x01), (0x16, 0x3E), (0x17, 0x8C), (0x1A, 0x36), (0x1B, 0x93), (0x1C, 0xF5),
    (_CONTROL_3, 0xA0), (0x1E, 0x20),
)  # fmt: skip
_FULL_MA = 70


class DRV2605L:
    address = 0x5A

    def __init__(self):
        self._pointer = 0
        self._first = False
        self._registers = bytearray(_REGISTERS)
        self._ready_us = 0
        self._reset()
        lockstep.reporters.append(self)

    def answers(self):
        return not lockstep.senses[REP_FAULTS] & FAULT_HAPTICS_SILENT

    def report(self, request, end_us):
        """Strength of the motor, 0 to 127."""
        strength = self._strength()
        request[REQ_VIBRATION] = strength
        request[REQ_LOAD_MA] += strength * _FULL_MA // 127

    def begin(self):
        self._settle()
        self._first = True

    def write(self, buf, count):
        for i in range(count):
            if self._first:
                self._pointer = buf[i]
                self._first = False
            else:
                self._set(self._pointer, buf[i])
                self._pointer = (self._pointer + 1) & 0xFF

    def end(self):
        pass

    def read_into(self, buf):
        self._settle()
        for i in range(len(buf)):
            buf[i] = self._registers[self._pointer] if self._pointer < _REGISTERS else 0
            self._pointer = (self._pointer + 1) & 0xFF

    def _set(self, number, value):
        registers = self._registers
        if number == _MODE and value & _RESET:
            self._reset()
        elif _STATUS < number < _REGISTERS:
            registers[number] = value
            if number == _MODE and value & _MODE_MASK != _DIAGNOSTICS:
                registers[_GO] = 0
            elif number == _GO and value & 1 and registers[_MODE] == _DIAGNOSTICS:
                self._ready_us = lockstep.elapsed_us + _DIAGNOSTICS_US

    def _settle(self):
        """A diagnosis that is over has cleared GO and set its result."""
        registers = self._registers
        if registers[_GO] & 1 and registers[_MODE] == _DIAGNOSTICS:
            if lockstep.elapsed_us < self._ready_us:
                return
            registers[_GO] = 0
            broken = lockstep.senses[REP_FAULTS] & FAULT_HAPTICS_OPEN
            registers[_STATUS] = _DEVICE | (_DIAG_RESULT if broken else 0)

    def _strength(self):
        registers = self._registers
        if lockstep.senses[REP_FAULTS] & FAULT_HAPTICS_OPEN or registers[_MODE] != _PLAYBACK:
            return 0
        value = registers[_PLAYBACK_INPUT]
        if registers[_CONTROL_3] & _UNSIGNED:
            return value >> 1
        return value if value < 128 else 0

    def _reset(self):
        for i in range(_REGISTERS):
            self._registers[i] = 0
        for number, value in _AFTER_RESET:
            self._registers[number] = value
