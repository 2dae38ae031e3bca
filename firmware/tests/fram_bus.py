"""An I2C bus with one MB85RC256V on it, for tests: power can fail after any byte of a write, and the chip can fall silent."""


class PowerCut(Exception):
    """Power failed in the middle of a transfer."""


class FramBus:
    """What `drivers.fram.Fram` needs of machine.I2C. cells: the memory. cut_after: power fails after that many more written bytes."""

    def __init__(self, fill: int = 0x00):
        self.cells = bytearray(32_768)
        if fill:
            for index in range(len(self.cells)):
                self.cells[index] = fill
        self.cut_after = None
        self.silent = False
        self.written = 0

    def writeto(self, address, buf):
        self._answer(address)
        at = buf[0] << 8 | buf[1]
        for index in range(2, len(buf)):
            if self.cut_after is not None:
                if self.cut_after == 0:
                    raise PowerCut()
                self.cut_after -= 1
            self.cells[at & 0x7FFF] = buf[index]
            self.written += 1
            at += 1

    def readfrom_mem_into(self, address, memory_address, buf, *, addrsize=8):
        self._answer(address)
        if addrsize != 16:
            raise OSError(22)
        buf[:] = self.cells[memory_address : memory_address + len(buf)]

    def _answer(self, address):
        if self.silent or address != 0x50:
            raise OSError(19)
