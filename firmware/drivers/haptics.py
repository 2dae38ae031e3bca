"""DRV2605L with an ERM motor: the alarm that is felt under a blanket (SR-085). I2C address 0x5A on bus 0.

Facts (check against the data sheet): 0x00 STATUS with the device id 7 in bits 7 to 5 and the result of a diagnosis in bit 3 (1 = no motor,
or shorted); 0x01 MODE with standby in bit 6, 5 = real-time playback, 6 = diagnosis; 0x02 the playback input, signed, 127 is full;
0x0C GO, clears itself when a diagnosis is over, after 0.15 s. ERM in open loop is what the chip wakes up with. Writes go on to the next register.
"""

from micropython import const

_ADDRESS = const(0x5A)
_REG_STATUS = const(0x00)
_REG_GO = const(0x0C)
_DEVICE_ID_MASK = const(0xE0)
_DEVICE_ID = const(0xE0)
_DIAGNOSIS_FAILED = const(0x08)

# Register, then what it and the next ones get.
_ON = b"\x01\x05\x7f"  # MODE: playback; input: full
_OFF = b"\x01\x45\x00"  # MODE: playback in standby; input: nothing
_DIAGNOSE = b"\x01\x06"  # MODE: diagnosis
_GO = b"\x0c\x01"


class Haptics:
    """ok: the last transfer was answered. testing: a diagnosis was started and nobody has fetched its result. errors: transfers that were not answered."""

    def __init__(self, i2c):
        self._i2c = i2c
        self._one = bytearray(1)
        self.ok = False
        self.testing = False
        self.errors = 0

    def init(self) -> bool:
        """Whether the chip is there by its id; still afterwards. About 0.2 ms on the bus."""
        self.testing = False
        status = self._read(_REG_STATUS)
        return status >= 0 and status & _DEVICE_ID_MASK == _DEVICE_ID and self._send(_OFF)

    def vibrate(self, on: bool) -> bool:
        """Shake until it is called with False. Sets the whole mode each time, so that a chip that lost its power comes back. In the frame,
        0.1 ms on the bus. Ends a diagnosis. False if the chip does not answer."""
        self.testing = False
        return self._send(_ON if on else _OFF)

    def self_test(self) -> bool:
        """The chip's own diagnosis of the motor, in two calls at least 0.2 s apart. Never waits; may be called in the frame, 0.2 ms on the bus.

        The first call starts it and says False. A later one says True if the motor is there, False if not or if the chip does not answer;
        `testing` tells whether that is the result or it still runs.
        """
        if not self.testing:
            self.testing = self._send(_DIAGNOSE) and self._send(_GO)
            return False
        running = self._read(_REG_GO)
        if running > 0:
            return False
        self.testing = False
        status = self._read(_REG_STATUS) if running == 0 else -1
        silenced = self._send(_OFF)
        return silenced and status >= 0 and status & _DIAGNOSIS_FAILED == 0

    def _send(self, buf):
        try:
            self._i2c.writeto(_ADDRESS, buf)
            self.ok = True
        except OSError:
            self.errors += 1
            self.ok = False
        return self.ok

    def _read(self, register):
        """A register, or -1."""
        try:
            self._i2c.readfrom_mem_into(_ADDRESS, register, self._one)
            self.ok = True
        except OSError:
            self.errors += 1
            self.ok = False
            return -1
        return self._one[0]
