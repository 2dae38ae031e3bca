"""Every device of the pump as a few numbers, so that the firmware's own frame and slices run without a bench: thousands of frames a second.

Used by the state machines, the invariants and the 32-bit run. A body that pumps exactly what the motor turns hangs on it; what a device
answers is set from outside. The bench (hil_tests) has the real drivers and the chips at register level; this has neither.
"""

import sys

from firmware.drivers.fram import Fram
from firmware.tests.fram_bus import FramBus


def stand_in_for_framebuf():
    """CPython has no framebuf, nor has every port of MicroPython, and nothing here looks at the pixels."""
    try:
        __import__("framebuf")
    except ImportError:
        module = type(sys)("framebuf")
        module.FrameBuffer = lambda *_: Canvas()
        module.MONO_VLSB = module.MONO_HLSB = 0
        sys.modules["framebuf"] = module


class Roller:
    """What turns, in encoder counts. gain_permille: how many of 1,000 pulses move it. Small integers, as in the frame."""

    def __init__(self):
        self.counts = 0
        self.gain_permille = 1_000
        self._rest = 0

    def turn(self, steps):
        """4,096 counts are 16,000 steps."""
        owed = self._rest + steps * self.gain_permille * 32
        moved = owed // 125_000
        self._rest = owed - moved * 125_000
        self.counts += moved


class Motor:
    def __init__(self, roller):
        self._roller = roller
        self._max = -1
        self.shaped_for = -1
        self.enabled = False
        self.powered = True  # False: STOP is down, or the dead-man has dropped out
        self.stall = False
        self.steps_total = 0
        self.permits = 0

    def prepare(self, max_floor_steps):
        self._max = max_floor_steps
        self.shaped_for = max_floor_steps

    def shape(self, floor_steps):
        if not 0 <= floor_steps <= self._max:
            raise ValueError("steps")
        self.shaped_for = floor_steps

    def prepared(self, steps):
        return self.shaped_for >= 0 and (steps == self.shaped_for or steps == self.shaped_for + 1)

    def step(self, permit):
        if not permit.fresh or not self.enabled or not self.prepared(permit.steps):
            return 0
        permit.fresh = False
        self.permits += 1
        if self.powered:
            self.steps_total += permit.steps
            self._roller.turn(permit.steps)
        return permit.steps

    def enable(self):
        self.enabled = True
        return True

    def disable(self):
        self.enabled = False

    def stalled(self):
        return self.stall


class Encoder:
    def __init__(self, roller):
        self._roller = roller
        self._last = 0
        self.answers = True
        self.stuck = False
        self.valid = False
        self.delta = 0

    def sample(self):
        self.valid = self.answers
        self.delta = 0
        if self.valid and not self.stuck:
            self.delta = self._roller.counts - self._last
            self._last = self._roller.counts
        return self.valid


class Pressure:
    """pressure_pa: what it says, and a few Pa of noise, because a sensor that is never quiet is expected to be so."""

    def __init__(self):
        self.answers = True
        self.base_pa = 0
        self.noise = True
        self.valid = False
        self.pressure_pa = 0
        self._flip = 0

    def sample(self):
        self.valid = self.answers
        if self.noise:
            self._flip = (self._flip + 1) % 7
        if self.valid:
            self.pressure_pa = self.base_pa + self._flip
        return self.valid


class Air:
    def __init__(self):
        self.wet = True
        self.blind = False  # says wet without its transmitter
        self.liquid = True
        self._testing = False

    def sample(self):
        self.wet = (self.liquid or self.blind) and (self.blind or not self._testing)

    def self_test_start(self):
        self._testing = True

    def self_test_finish(self):
        self._testing = False
        return not self.blind


class Buttons:
    """down: keys that are held, bits of shared.codes.Key."""

    def __init__(self):
        self.down = 0
        self.mask = 0
        self.pressed = 0
        self.stuck = 0
        self.pendant_broken = False

    def sample(self):
        self.pressed = self.down & ~self.mask
        self.mask = self.down


class Fittings:
    def __init__(self):
        self.open_mask = 0
        self.broken_mask = 0

    def sample(self):
        return self.open_mask


class Reading:
    """Gauge, skin and clock: a device that is asked once a second. valid: it answers."""

    def __init__(self):
        self.valid = True
        self.permille = 900
        self.centi_c = 3_300
        self.seconds = 0

    def sample(self):
        return self.valid


class Signal:
    """Sounder, light, haptics, display, dead-man, watchdog, reserve sounder, buses: what was told last."""

    def __init__(self):
        self.hz = 0
        self.red = self.green = self.blue = 0
        self.draws = True
        self.ok = True
        self.lost = False
        self.edges = 0
        self.fed = 0
        self.frame = Canvas()

    def tone(self, hz):
        self.hz = hz

    def off(self):
        self.hz = 0

    def drawing(self):
        return self.draws and self.hz > 0

    def set(self, red, green, blue):
        self.red = red
        self.green = green
        self.blue = blue

    def vibrate(self, wanted):
        return True

    def flush_page(self, page):
        return self.ok

    def dim(self, wanted):
        return True

    def toggle(self):
        self.edges += 1

    def feed(self):
        self.fed += 1

    def recover(self):
        return True


class Canvas:
    """Takes every drawing of framebuf and keeps none."""

    def fill(self, *_):
        pass

    text = rect = fill_rect = hline = vline = line = blit = scroll = ellipse = poly = fill

    def pixel(self, *_):
        return 0


class PureBoard:
    """Every device of boards.esp32s3.Board. cells: the FRAM's, handed in to let it survive a restart."""

    reset_cause = 1

    def __init__(self, cells=None):
        self.roller = Roller()
        self.motor = Motor(self.roller)
        self.encoder = Encoder(self.roller)
        self.downstream = Pressure()
        self.upstream = Pressure()
        self.air = Air()
        self.buttons = Buttons()
        self.fittings = Fittings()
        self.gauge = Reading()
        self.skin = Reading()
        self.clock = Reading()
        self.buzzer = Signal()
        self.light = Signal()
        self.haptics = Signal()
        self.display = Signal()
        self.deadman = Signal()
        self.watchdog = Signal()
        self.bus_panel = Signal()
        self.bus_safety = Signal()
        self.fram_bus = FramBus()
        if cells is not None:
            self.fram_bus.cells = cells
        self.fram = Fram(self.fram_bus)
