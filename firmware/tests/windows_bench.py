"""Time and flow for the tests of the dose windows. Times are in portions of ten frames."""

from firmware.safety import limits
from firmware.safety.gate import Order
from firmware.tests.therapy_bench import UNIT
from firmware.therapy.dose_windows import DoseWindows

TEN = 10  # frames that a tick may take at once, and so the grain of the simulations
MINUTE = limits.FRAMES_PER_MINUTE // TEN
QUARTER = limits.FRAMES_PER_QUARTER_HOUR // TEN
HOUR = 60 * MINUTE
DAY = 24 * HOUR
GRAIN = 10  # ten-frame portions that are remembered as one: the heap of a chip is small


class Chance:
    """The same numbers on every machine."""

    def __init__(self, seed):
        self._seed = seed

    def below(self, count):
        self._seed = (self._seed * 1_103_515_245 + 12_345) % 2_147_483_648
        return self._seed // 65_536 % count


class Basal:
    """Steps of a rate in so many frames, the remainder carried."""

    def __init__(self, rate_nl_h, frames):
        self._rate = rate_nl_h * frames
        self._carry = 0
        self.steps_minute = -(-rate_nl_h * limits.FRAMES_PER_MINUTE // UNIT)

    def steps(self):
        owed = self._carry + self._rate
        self._carry = owed % UNIT
        return owed // UNIT


def let_pass(windows, tens):
    for _ in range(tens):
        windows.tick(TEN)


def with_history(chance, tens, most):
    """Windows after some time in which boluses and pauses came by chance."""
    windows = DoseWindows()
    flow = 0
    for _ in range(tens):
        if chance.below(400) == 0:
            flow = chance.below(3) * chance.below(most)
        windows.tick(TEN)
        windows.add(flow)
    return windows


def sums(windows):
    return windows.hour_steps, windows.four_hour_steps, windows.day_steps


def order_of(hour_steps, four_hour_steps, day_steps):
    order = Order()
    order.valid = True
    order.hour_steps = hour_steps
    order.four_hour_steps = four_hour_steps
    order.day_steps = day_steps
    return order
