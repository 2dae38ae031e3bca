"""Second sounder with a capacitor of its own: sounds for two minutes and more when the pump loses its power (SR-065).

It sounds by itself unless its hold pin is high: a controller without power, in reset or without a program lets it go. The sense pin has half of the
capacitor's voltage, and 150 mV less while the sounder draws current (docs/HARDWARE.md).
"""

from micropython import const

# 2.8 V on the capacitor: enough for four minutes.
_CHARGED_UV = const(1_400_000)
_DRAWING_DROP_UV = const(50_000)


class ReserveSounder:
    """hold_pin: output, high = silent; the board makes it high before anything else. sense: ADC.

    testing: `test` lets it sound and waits for its second call.
    """

    def __init__(self, hold_pin, sense):
        self._hold = hold_pin
        self._sense = sense
        self._silent_uv = 0
        self.testing = False

    def hold(self):
        """Keep it silent. A level, no pulse: once is enough, and each frame does no harm. Ends a test. In the frame."""
        self.testing = False
        self._hold.value(1)

    def release(self):
        """Let it sound until `hold`, or until its capacitor is empty. In the frame."""
        self._hold.value(0)

    def charged(self) -> bool:
        """Whether the capacitor holds enough for the two minutes. One ADC conversion, about 50 us. In the frame. Only while it is held."""
        return self._sense.read_uv() > _CHARGED_UV

    def test(self) -> bool:
        """Does it draw current when it is let go: in two calls, a frame apart; it is heard in between. Never waits. In the frame.

        The first call lets it sound and says False. The second holds it again and says whether the sense pin had fallen.
        """
        if not self.testing:
            self._silent_uv = self._sense.read_uv()
            self.testing = True
            self.release()
            return False
        fallen_uv = self._silent_uv - self._sense.read_uv()
        self.hold()
        return fallen_uv > _DRAWING_DROP_UV
