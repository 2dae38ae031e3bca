"""`time` of an ESP32: ticks have a period of 2^30, the epoch is 2000. Only sleeping moves it.

Ticks start shortly before they wrap, so that every run goes through a wrap.
"""

import sys

_path = sys.path
sys.path = ()  # so that the import below finds the interpreter's own module
try:
    from time import *  # noqa: F403
finally:
    sys.path = _path
import os  # noqa: E402

import lockstep  # noqa: E402
from words import FAULT_TICKS_STOPPED, REP_FAULTS, REP_TICKS_MS, TICKS_PERIOD  # noqa: E402

_MASK = TICKS_PERIOD - 1
_HALF = TICKS_PERIOD >> 1
_EPOCH_2000_S = 946_684_800
_START_MS = int(os.getenv("VIGIL_TICKS_START_MS") or TICKS_PERIOD - 30_000)
_START_US = TICKS_PERIOD - 20_000_000
_stopped_at_us = -1
_gmtime = gmtime  # noqa: F405
_mktime = mktime  # noqa: F405


def sleep(seconds):
    lockstep.sleep_us(int(seconds * 1_000_000))


def sleep_ms(ms):
    lockstep.sleep_us(ms * 1_000)


def sleep_us(us):
    lockstep.sleep_us(us)


def _counted_us():
    """What the tick counters have counted: simulated time, unless a fault has moved or stopped it. Sleeps and the watchdog go on by true time."""
    global _stopped_at_us
    senses = lockstep.senses
    if not senses[REP_FAULTS] & FAULT_TICKS_STOPPED:
        _stopped_at_us = -1
        return lockstep.elapsed_us + senses[REP_TICKS_MS] * 1_000
    if _stopped_at_us < 0:
        _stopped_at_us = lockstep.elapsed_us + senses[REP_TICKS_MS] * 1_000
    return _stopped_at_us


def ticks_ms():
    return (_START_MS + _counted_us() // 1_000) & _MASK


def ticks_us():
    return (_START_US + _counted_us()) & _MASK


def ticks_cpu():
    return (_counted_us() * 160) & _MASK


def ticks_add(ticks, delta):
    if delta >= _HALF or delta <= -_HALF:
        raise OverflowError("ticks interval overflow")
    return (ticks + delta) & _MASK


def ticks_diff(end, start):
    return ((end - start + _HALF) & _MASK) - _HALF


def time():
    """Seconds since 2000, counted from power-on: the board has no battery-backed clock."""
    return lockstep.elapsed_us // 1_000_000


def time_ns():
    return lockstep.elapsed_us * 1_000


def gmtime(seconds=None):
    return _gmtime((time() if seconds is None else seconds) + _EPOCH_2000_S)


localtime = gmtime


def mktime(when):
    return _mktime(when) - _EPOCH_2000_S
