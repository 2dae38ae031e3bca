"""Piezo sounder on a PWM pin with a current sense: sounding draws more than 300 mV on the sense pin."""

import lockstep
from words import FAULT_SOUNDER_OPEN, REP_FAULTS, REQ_LOAD_MA, REQ_SOUNDER_HZ

_SOUNDING_MV = 620
_QUIET_MV = 15
_SOUNDING_MA = 15


class Piezo:
    def __init__(self):
        self.driven_hz = 0
        lockstep.reporters.append(self)

    def pwm(self, freq_hz, duty_u16):
        self.driven_hz = freq_hz if 0 < duty_u16 < 65_535 else 0

    def sounding_hz(self):
        return 0 if lockstep.senses[REP_FAULTS] & FAULT_SOUNDER_OPEN else self.driven_hz

    def report(self, request, end_us):
        request[REQ_SOUNDER_HZ] = self.sounding_hz()
        if self.sounding_hz():
            request[REQ_LOAD_MA] += _SOUNDING_MA

    def sense_mv(self):
        return _SOUNDING_MV if self.sounding_hz() else _QUIET_MV
