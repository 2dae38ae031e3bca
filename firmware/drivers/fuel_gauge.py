"""MAX17048 fuel gauge of the Li-ion cell. I2C address 0x36 on bus 0.

Data sheet facts, all registers 16 bits big-endian: VCELL 0x02 (78.125 uV), SOC 0x04 (1/256 %), VERSION 0x08 (0x001x), CRATE 0x16 (0.208 %/h, signed).
"""

from micropython import const

_ADDRESS = const(0x36)
_REG_VCELL = const(0x02)
_REG_SOC = const(0x04)
_REG_VERSION = const(0x08)
_REG_CRATE = const(0x16)

# A live Li-ion cell; outside it the gauge reads its own floating input.
_MIN_CELL_MV = const(2_000)
_MAX_CELL_MV = const(5_000)


class FuelGauge:
    """A slow device: every tenth frame is often enough.

    valid: the last sample is good. cell_mv: cell voltage. permille: charge, 0 to 1,000. crate_permille_h: + charging. errors: samples that failed.
    """

    def __init__(self, i2c):
        self._i2c = i2c
        self._buf = bytearray(2)
        self.valid = False
        self.cell_mv = 0
        self.permille = 0
        self.crate_permille_h = 0
        self.errors = 0

    def present(self) -> bool:
        """Whether the chip answers with its version. Power-on check, about 0.2 ms on the bus."""
        try:
            return self._read(_REG_VERSION) & 0xFFF0 == 0x0010
        except OSError:
            return False

    def sample(self) -> bool:
        """Read voltage, charge and rate (about 0.5 ms on the bus). May be called in the frame. Returns `valid`."""
        self.valid = False
        try:
            cell_mv = self._read(_REG_VCELL) * 5 // 64
            permille = self._read(_REG_SOC) * 10 // 256
            rate = self._read(_REG_CRATE)
        except OSError:
            self.errors += 1
            return False
        if cell_mv < _MIN_CELL_MV or cell_mv > _MAX_CELL_MV:
            self.errors += 1
            return False
        if rate >= 0x8000:
            rate -= 0x10000
        self.cell_mv = cell_mv
        # The model may run a little over 100 % while the cell is on the charger.
        self.permille = permille if permille < 1000 else 1000
        self.crate_permille_h = rate * 208 // 100
        self.valid = True
        return True

    def _read(self, register):
        self._i2c.readfrom_mem_into(_ADDRESS, register, self._buf)
        return self._buf[0] << 8 | self._buf[1]
