"""Honeywell ABP2 digital pressure sensor. Source: ABP2 series data sheet 32350268, I2C section.

AA 00 00 starts a measurement of 5 ms; a read gives status, pressure u24 and temperature u24. The pressure is what the line had when the 5 ms were over,
as near as the exchange shows it. While busy the last result is given with the busy bit. 10 % to 90 % of 2^24 is the span; outside the counts saturate at
the ends of the range with status bit 0. A bridge that is open or shorted reads as an end, saturated; a memory that fails its check sets status bit 2.
"""

import lockstep
from words import REP_FAULTS, REP_FLAGS

_POWERED = 0x40
_BUSY = 0x20
_MEMORY_ERROR = 0x04
_SATURATED = 0x01
_CONVERSION_US = 5_000
_OUT_MIN = 1_677_722  # 10 % of 2^24
_OUT_SPAN = 13_421_772  # 80 % of 2^24
_OUT_END = (1 << 24) - 1
_TEMPERATURE_25_C = 6_291_456  # (25 + 50) / 200 of 2^24


class ABP2:
    """stuck_fault: bit of REP_FAULTS; open, shorted and memory follow it."""

    def __init__(self, address, min_pa, max_pa, sense_word, answers_flag, stuck_fault):
        self.address = address
        self._stuck_fault = stuck_fault
        self._min_pa = min_pa
        self._span_pa = max_pa - min_pa
        self._sense_word = sense_word
        self._answers_flag = answers_flag
        self._command = bytearray(3)
        self._received = 0
        self._ready_us = 0
        self._measuring = False
        self._pressure = 0
        self._temperature = 0
        self._status = _POWERED

    def answers(self):
        return lockstep.senses[REP_FLAGS] & self._answers_flag

    def begin(self):
        self._received = 0

    def write(self, buf, count):
        for i in range(count):
            if self._received < 3:
                self._command[self._received] = buf[i]
            self._received += 1

    def end(self):
        """A measurement is started by exactly AA 00 00; while one runs a new one is ignored."""
        command = self._command
        if self._received != 3 or command[0] != 0xAA or command[1] or command[2]:
            return
        self._settle()
        if not self._measuring:
            self._measuring = True
            self._ready_us = lockstep.elapsed_us + _CONVERSION_US

    def read_into(self, buf):
        self._settle()
        status = self._status | (_BUSY if self._measuring else 0)
        for i in range(len(buf)):
            if i == 0:
                buf[i] = status
            elif i < 4:
                buf[i] = (self._pressure >> (8 * (3 - i))) & 0xFF
            elif i < 7:
                buf[i] = (self._temperature >> (8 * (6 - i))) & 0xFF
            else:
                buf[i] = 0xFF

    def _settle(self):
        if not self._measuring or lockstep.elapsed_us < self._ready_us:
            return
        self._measuring = False
        self._temperature = _TEMPERATURE_25_C
        faults = lockstep.senses[REP_FAULTS] // self._stuck_fault
        if faults & 1:
            return
        pressure_pa = lockstep.senses[self._sense_word]
        out = _OUT_MIN + (pressure_pa - self._min_pa) * _OUT_SPAN // self._span_pa
        if faults & 2:
            out = _OUT_END + 1
        elif faults & 4:
            out = -1
        self._status = _POWERED
        if out < 0:
            out = 0
            self._status = _POWERED | _SATURATED
        elif out > _OUT_END:
            out = _OUT_END
            self._status = _POWERED | _SATURATED
        if faults & 8:
            self._status |= _MEMORY_ERROR
        self._pressure = out
