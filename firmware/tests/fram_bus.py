"""An I2C bus with one MB85RC256V on it, for tests: power can fail after any byte of a write, and the chip can fall silent."""


class PowerCut(Exception):
    """Power failed in the middle of a transfer."""


class FramBus:
    """What `drivers.fram.Fram` needs of machine.I2C. cells: the memory. cut_after: power fails after that many more written bytes, and PowerCut says so.

    supply: power that is shared with other memories (tests.supply.Supply): without it the chip is silent.
    """

    def __init__(self, fill: int = 0x00, supply=None):
        self.cells = bytearray(32_768)
        if fill:
            for index in range(len(self.cells)):
                self.cells[index] = fill
        self.cut_after: int | None = None
        self.silent = False
        self.written = 0
        self.writes = 0
        self._supply = supply

    def writeto(self, address, buf):
        self._answer(address)
        at = buf[0] << 8 | buf[1]
        end = len(buf)
        if self._supply is not None:
            end = 2 + self._supply.share(end - 2)
        for index in range(2, end):
            if self.cut_after is not None:
                if self.cut_after == 0:
                    raise PowerCut()
                self.cut_after -= 1
            self.cells[at & 0x7FFF] = buf[index]
            self.written += 1
            at += 1
        self.writes += 1
        if self._supply is not None and self._supply.garbles:
            self.cells[at & 0x7FFF] ^= 0x5A

    def readfrom_mem_into(self, address, memory_address, buf, *, addrsize=8):
        self._answer(address)
        if addrsize != 16:
            raise OSError(22)
        buf[:] = self.cells[memory_address : memory_address + len(buf)]

    def _answer(self, address):
        dark = self._supply is not None and self._supply.dead
        if self.silent or dark or address != 0x50:
            raise OSError(19)
