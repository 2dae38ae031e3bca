"""Battery level to condition, with hysteresis so that a load step does not ring twice (SR-060 to SR-062)."""

from firmware.safety import limits


class PowerRule:
    def __init__(self):
        self.low = False
        self.depleted = False

    def silent(self, samples: int):
        """The gauge has missed that many samples in a row. A battery nobody can read is a low one (a missing input is no good news)."""
        if samples >= limits.SENSOR_SILENT_FRAMES:
            self.low = True

    def judge(self, permille: int):
        """permille: state of charge, 0 to 1,000. In the frame: allocates nothing."""
        if permille < limits.BATTERY_LOW_PERMILLE:
            self.low = True
        elif permille >= limits.BATTERY_LOW_CLEAR_PERMILLE:
            self.low = False
        self.depleted = permille < limits.BATTERY_DEPLETED_PERMILLE
