"""PCF8563 real-time clock with its own cell. I2C address 0x51 on bus 0. Wall time is a label only; no dose hangs on it (SR-110).

Facts (check against the data sheet): 0x02 seconds, 0x03 minutes, 0x04 hours, 0x05 days, 0x06 weekdays, 0x07 months, 0x08 years, all BCD; bit 7 of
the seconds is set when the supply was too low for the clock to be trusted. A year whose last two digits are divided by four is a leap year. The registers
stand still while they are read in one transfer.
"""

from micropython import const

_ADDRESS = const(0x51)
_REG_SECONDS = const(0x02)
_LOW_VOLTAGE = const(0x80)

# 32 years of 365.25 days: the largest number of whole leap cycles whose seconds stay below 2^30.
WRAP_S = 1_009_843_200
_DAY_S = const(86_400)


class Clock:
    """A slow device: once a second is often enough.

    valid: the last sample is good. seconds: since the start of 2000 by the calendar, 0 to WRAP_S - 1; goes on at 0 with the years 2032 and 2064, so
    take differences with `since`. low_voltage: the clock has stood or was never set; it counts on, but its date is not the date.
    errors: samples that failed.
    """

    def __init__(self, i2c):
        self._i2c = i2c
        self._buf = bytearray(7)
        self.valid = False
        self.seconds = 0
        self.low_voltage = False
        self.errors = 0

    def sample(self) -> bool:
        """Read the calendar (about 0.3 ms on the bus). May be called in the frame. Returns `valid`."""
        buf = self._buf
        self.valid = False
        try:
            self._i2c.readfrom_mem_into(_ADDRESS, _REG_SECONDS, buf)
        except OSError:
            self.errors += 1
            return False
        second = _bcd(buf[0] & 0x7F, 0, 59)
        minute = _bcd(buf[1] & 0x7F, 0, 59)
        hour = _bcd(buf[2] & 0x3F, 0, 23)
        day = _bcd(buf[3] & 0x3F, 1, 31)
        month = _bcd(buf[5] & 0x1F, 1, 12)
        year = _bcd(buf[6], 0, 99)
        if second < 0 or minute < 0 or hour < 0 or day < 0 or month < 0 or year < 0:
            self.errors += 1
            return False
        self.low_voltage = buf[0] & _LOW_VOLTAGE != 0
        day_s = (hour * 60 + minute) * 60 + second
        self.seconds = _days(year & 31, month, day) * _DAY_S + day_s
        self.valid = True
        return True

    def since(self, earlier_s: int) -> int:
        """Seconds from an earlier value of `seconds` to now, 0 to WRAP_S - 1. A clock that was set back reads as nearly 32 years. In the frame."""
        passed_s = self.seconds - earlier_s
        return passed_s if passed_s >= 0 else passed_s + WRAP_S


def _bcd(value, low, high):
    """The number of a BCD byte, -1 if it is none or outside of low to high."""
    tens, ones = value >> 4, value & 15
    if tens > 9 or ones > 9:
        return -1
    number = tens * 10 + ones
    return number if low <= number <= high else -1


def _days(year, month, day):
    """Days since 1 January of year 0, which is a leap year. The year begins in March here, so that February's end needs no table."""
    if month < 3:
        year -= 1
        month += 12
    return year * 365 + year // 4 + (153 * (month - 3) + 2) // 5 + day - 1 + 60
