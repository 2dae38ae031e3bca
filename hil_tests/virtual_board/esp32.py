"""`esp32` of the ESP32-S3 port: RMT (transmit) and Partition."""

import lockstep
import wiring
from chips.nor_flash import SECTOR_BYTES
from machine_pin import number_of

_LONGEST_TICKS = 32_767


@micropython.native  # noqa: F821
def _run(train, limit, supply):
    """Send what begins before `limit` ticks; how many levels rise before `supply` ticks."""
    i = train.next
    at = train.at
    level = train.level
    data = train.levels if train.given else None
    durations = train.durations
    constant = train.constant
    first = train.first
    count = train.count
    rises = 0
    while i < count and at < limit:
        new = (first + i) & 1 if data is None else data[i]
        if new and not level and at < supply:
            rises += 1
        level = new
        at += constant if durations is None else durations[i]
        i += 1
    train.next = i
    train.at = at
    train.level = train.idle_level if i == count else level
    return rises


@micropython.native  # noqa: F821
def _copy(levels, data, count):
    for i in range(count):
        levels[i] = 1 if data[i] else 0


class RMT:
    """One transmit channel. A second `write_pulses` waits for the first, in simulated time, as on the chip. Loops are not played.

    As on the chip the levels are copied into a buffer that grows on the heap when a train is longer than any before. Durations are not copied.
    """

    def __init__(
        self, id, *, pin, resolution_hz=None, clock_div=None, idle_level=False,
        tx_carrier=None, num_symbols=48,
    ):  # fmt: skip
        if resolution_hz is not None and clock_div is not None:
            raise ValueError("resolution_hz and clock_div are mutually exclusive")
        if clock_div is not None:
            resolution_hz = 80_000_000 // clock_div
        self._resolution_hz = 10_000_000 if resolution_hz is None else resolution_hz
        if self._resolution_hz <= 0:
            raise ValueError("resolution_hz must be positive")
        if tx_carrier is not None:
            raise NotImplementedError("carrier")
        self.idle_level = bool(idle_level)
        self.level = self.idle_level
        self.next = self.count = self.at = self.first = self.constant = 0
        self.levels = bytearray(0)
        self.given = False  # levels were given; else they alternate
        self.durations = None
        self._total_ticks = 0
        self._start_us = 0
        self._pin = number_of(pin)
        if self._pin == wiring.STEP:
            wiring.motor.pulse_trains.append(self)

    def run(self, end_us, supply_us):
        """The interval up to `end_us` passes; rising edges that found the motor supplied."""
        if self.next == self.count:
            return 0
        return _run(self, self._ticks(end_us), self._ticks(supply_us))

    def write_pulses(self, duration, data=True):
        self._check_usable()
        left_us = self._left_us()
        if left_us > 0:
            lockstep.sleep_us(left_us)
        # what a sub-millisecond wait left unsent is over by now, and counted at the next exchange
        self._finish()
        if not (type(data) is tuple or type(data) is list):
            self._start(duration, None, 0, 1 if data else 0, len(duration))
        elif type(duration) is int:
            self._start(None, data, duration, 0, len(data))
        else:
            if len(duration) != len(data):
                raise ValueError("duration and data must have same length")
            self._start(duration, data, 0, 0, len(data))

    def wait_done(self, *, timeout=0):
        """Whether all pulses are out, after at most `timeout` ms of simulated time."""
        self._check_usable()
        left_us = self._left_us()
        if left_us > 0 and timeout > 0:
            lockstep.sleep_us(min(left_us, timeout * 1_000))
        done = self._left_us() <= 0
        if done:
            self._finish()
        return done

    def active(self, value=None):
        self._check_usable()
        if value is None:
            return self._left_us() > 0
        if value:
            raise ValueError("activate by calling write_pulses()")
        self.next = self.count
        self._total_ticks = 0
        return False

    def loop(self, enable):
        if enable:
            raise NotImplementedError("loop")

    def loop_count(self, count):
        if count:
            raise NotImplementedError("loop")

    def clock_div(self):
        return 80_000_000 // self._resolution_hz

    @staticmethod
    def source_freq():
        return 80_000_000

    def deinit(self):
        if self in wiring.motor.pulse_trains:
            wiring.motor.pulse_trains.remove(self)
        self._pin = -1

    def _start(self, durations, data, constant, first, count):
        if count == 0:
            raise ValueError("No pulses")
        if durations is None:
            if not 0 < constant <= _LONGEST_TICKS:
                raise ValueError("duration")
            total = constant * count
        else:
            total = 0
            for ticks in durations:
                if not 0 < ticks <= _LONGEST_TICKS:
                    raise ValueError("duration")
                total += ticks
        self.given = data is not None
        if self.given:
            if count > len(self.levels):
                self.levels = bytearray(count)
            _copy(self.levels, data, count)
        self.durations = durations
        self.constant = constant
        self.first = first
        self.count = count
        self.next = 0
        self.at = 0
        self.level = self.idle_level
        self._total_ticks = total
        self._start_us = lockstep.elapsed_us

    def _finish(self):
        if self.next < self.count and self._pin == wiring.STEP:
            wiring.motor.run_train(self, lockstep.elapsed_us)

    def _ticks(self, us):
        return (us - self._start_us) * self._resolution_hz // 1_000_000

    def _left_us(self):
        total_us = (self._total_ticks * 1_000_000 + self._resolution_hz - 1) // self._resolution_hz
        return self._start_us + total_us - lockstep.elapsed_us if self._total_ticks else 0

    def _check_usable(self):
        if self._pin == -1:
            raise OSError("already deinitialized")


class Partition:
    """The one data partition of the board. Blocks are 4 KiB; with an offset a write programs, without one it erases first."""

    BOOT = 0
    RUNNING = 1
    TYPE_APP = 0
    TYPE_DATA = 1
    _LABEL = "vigil"
    _SUBTYPE_FAT = 0x81
    _ADDRESS = 0x780000

    def __init__(self, id):
        if id != self._LABEL:
            raise OSError(2)

    @staticmethod
    def find(type=TYPE_APP, subtype=255, label=None, block_size=SECTOR_BYTES):
        wanted = type == Partition.TYPE_DATA and subtype in (255, Partition._SUBTYPE_FAT)
        return [Partition("vigil")] if wanted and label in (None, "vigil") else []

    def info(self):
        size = wiring.flash.size_bytes
        return (self.TYPE_DATA, self._SUBTYPE_FAT, self._ADDRESS, size, self._LABEL, False)

    def readblocks(self, block_num, buf, offset=0):
        wiring.flash.read_into(block_num * SECTOR_BYTES + offset, buf)

    def writeblocks(self, block_num, buf, offset=None):
        at = block_num * SECTOR_BYTES
        if offset is None:
            wiring.flash.erase(at, len(buf))
            offset = 0
        wiring.flash.program(at + offset, buf)

    def ioctl(self, cmd, arg):
        if cmd in (1, 2, 3):  # init, deinit, sync
            return 0
        if cmd == 4:
            return wiring.flash.size_bytes // SECTOR_BYTES
        if cmd == 5:
            return SECTOR_BYTES
        if cmd == 6:
            wiring.flash.erase(arg * SECTOR_BYTES, SECTOR_BYTES)
            return 0
        return None
