"""Air detector: an ultrasonic pair across the tube. Envelope on an ADC, transmitter on a drive pin, so that the detector can be tested.

docs/HARDWARE.md: wet tube 2,000 mV and more, air below 800 mV, drive off below 200 mV.

The self-test may be made between any two trains of steps, at any rate: start after the `sample` of one frame, finish after the `sample` of the next. Only that
one has no reading, and the transmitter has a whole frame to fall and to rise. `wet` is False in it, so whoever counts steps without a wet tube counts
these too (2.8 uL at 100 mL/h, of the 40 uL that are an alarm).
"""

from micropython import const

_WET_MV = const(2_000)
_DEAD_MV = const(200)


class AirDetector:
    """valid: the reading of this frame says something about the tube. level_mv: detector output. wet: liquid is sure to be there.

    Between 800 and 2,000 mV there is a small bubble or a bad coupling: not wet, on the safe side.
    """

    def __init__(self, adc, drive_pin):
        self._adc = adc
        self._drive = drive_pin
        self._drive.value(1)
        self._testing = False
        self.valid = False
        self.level_mv = 0
        self.wet = False

    def sample(self) -> bool:
        """Read the level: one ADC conversion, about 50 us. In the frame. Returns `valid`; no reading during a self-test."""
        self.level_mv = self._adc.read_uv() // 1000
        self.valid = not self._testing
        self.wet = self.valid and self.level_mv >= _WET_MV
        return self.valid

    def self_test_start(self):
        """Switch the transmitter off. May be called in the frame, after `sample`; finish one frame later."""
        self._testing = True
        self.valid = False
        self.wet = False
        self._drive.value(0)

    def self_test_finish(self) -> bool:
        """Switch it on again. True if the level had fallen, so that "wet" is not a stuck input. False without a start. In the frame."""
        if not self._testing:
            return False
        self.level_mv = self._adc.read_uv() // 1000
        self._drive.value(1)
        self._testing = False
        return self.level_mv < _DEAD_MV
