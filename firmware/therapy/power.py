"""Battery level to condition and to minutes of running, with hysteresis so that a load step does not ring twice (SR-059 to SR-062)."""

from firmware.safety import limits

UNKNOWN = -1

# What the pump draws at a rate: up to nL/h, mA. Board 20, display 8, light 5; the motor 15 when it holds and 90 while it steps, which it does in some
# frames at slow rates and in all of them from 0.135 mL/h on. Rounded up; between two rows at most 25 % too much (SR-059). Sound comes on top.
_DRAW_MA = ((0, 35), (50_000, 80), (75_000, 95), (100_000, 105), (100_000_000, 125))
# 2,000 mAh (docs/HARDWARE.md): a permille of charge is 2 mA for an hour.
_MA_MINUTES_PER_PERMILLE = 120
# SR-060: minutes at the rate of now. Each goes again only with a quarter more.
_LOW_MINUTES = 60
_LOW_CLEAR_MINUTES = 75
_CRITICAL_MINUTES = 15
_CRITICAL_CLEAR_MINUTES = 20


class PowerRule:
    """low, critical, depleted: worse in this order. minutes_left: until the controlled stop at the rate of now, UNKNOWN without a reading."""

    def __init__(self):
        self.low = False
        self.critical = False
        self.depleted = False
        self.minutes_left = UNKNOWN

    def silent(self, samples: int):
        """The gauge has missed that many samples in a row. A battery nobody can read is a low one (a missing input is no good news)."""
        if samples >= limits.SENSOR_SILENT_FRAMES:
            self.low = True
            self.minutes_left = UNKNOWN

    def judge(self, permille: int, rate_nl_h: int):
        """permille: state of charge, 0 to 1,000. rate_nl_h: of now, 0 while the pump stands. In the frame: allocates nothing."""
        above = max(0, permille - limits.BATTERY_DEPLETED_PERMILLE)
        minutes = above * _MA_MINUTES_PER_PERMILLE // draw_ma(rate_nl_h)
        self.minutes_left = minutes
        if permille < limits.BATTERY_LOW_PERMILLE or minutes < _LOW_MINUTES:
            self.low = True
        elif permille >= limits.BATTERY_LOW_CLEAR_PERMILLE and minutes >= _LOW_CLEAR_MINUTES:
            self.low = False
        if permille < limits.BATTERY_CRITICAL_PERMILLE or minutes < _CRITICAL_MINUTES:
            self.critical = True
        elif (
            permille >= limits.BATTERY_CRITICAL_CLEAR_PERMILLE
            and minutes >= _CRITICAL_CLEAR_MINUTES
        ):
            self.critical = False
        self.depleted = permille < limits.BATTERY_DEPLETED_PERMILLE


def draw_ma(rate_nl_h: int) -> int:
    """What the pump draws at a rate, mA. A rate above the table draws what its last row says."""
    for row in _DRAW_MA:
        if rate_nl_h <= row[0]:
            return row[1]
    return _DRAW_MA[-1][1]
