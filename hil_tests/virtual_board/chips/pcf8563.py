"""PCF8563 real-time clock on its own cell. Source: NXP data sheet rev. 11. Sixteen registers, the pointer wraps at the end.

The calendar is the rig's, which goes on without the board. VL stays set until it is cleared, as after a cell that was empty. Alarms, timer and the
clock output are stored and not played; the time cannot be set.
"""

import lockstep
from words import FAULT_CLOCK_LOW_VOLTAGE, FAULT_CLOCK_SILENT, REP_CLOCK_S, REP_FAULTS

_SECONDS = 0x02
_YEARS = 0x08
_VL = 0x80
_DAY_S = 86_400
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIRST_WEEKDAY = 6  # 1 January 2000 was a Saturday


class PCF8563:
    address = 0x51

    def __init__(self):
        self._pointer = 0
        self._first = False
        self._registers = bytearray(16)

    def answers(self):
        return not lockstep.senses[REP_FAULTS] & FAULT_CLOCK_SILENT

    def begin(self):
        self._first = True

    def write(self, buf, count):
        for i in range(count):
            if self._first:
                self._pointer = buf[i] & 15
                self._first = False
                continue
            if _SECONDS <= self._pointer <= _YEARS:
                raise NotImplementedError("setting the clock")
            self._registers[self._pointer] = buf[i]
            self._pointer = (self._pointer + 1) & 15

    def end(self):
        pass

    def read_into(self, buf):
        if self._pointer + len(buf) >= _SECONDS and self._pointer <= _YEARS:
            self._take_time()
        for i in range(len(buf)):
            buf[i] = self._registers[self._pointer]
            self._pointer = (self._pointer + 1) & 15

    def _take_time(self):
        """Calendar of the rig's seconds since 2000 into the registers; they stand still for the rest of the transfer."""
        senses = lockstep.senses
        registers = self._registers
        days = senses[REP_CLOCK_S] // _DAY_S
        second = senses[REP_CLOCK_S] % _DAY_S
        registers[0x02] = _bcd(second % 60)
        if senses[REP_FAULTS] & FAULT_CLOCK_LOW_VOLTAGE:
            registers[0x02] |= _VL
        registers[0x03] = _bcd(second // 60 % 60)
        registers[0x04] = _bcd(second // 3_600)
        registers[0x06] = (_FIRST_WEEKDAY + days) % 7
        year = 0
        while days >= _year_days(year):
            days -= _year_days(year)
            year += 1
        month = 0
        while days >= _month_days(year, month):
            days -= _month_days(year, month)
            month += 1
        registers[0x05] = _bcd(days + 1)
        registers[0x07] = _bcd(month + 1)
        registers[0x08] = _bcd(year % 100)


def _bcd(number):
    return number // 10 << 4 | number % 10


def _year_days(year):
    return 365 if year & 3 else 366


def _month_days(year, month):
    return _MONTH_DAYS[month] + (1 if month == 1 and not year & 3 else 0)
