"""MB85RC256V dose memory: 32 KiB of FRAM at I2C address 0x50. 16-bit memory address, no wait after a write, 10^12 writes a byte.

The data sheet promises no whole write when power fails: a transfer may end after any byte. Records carry their own CRC.
"""

ADDRESS = 0x50
SIZE = 32_768
MAX_WRITE = 32
_ADDRESS_BYTES = 2


class Fram:
    """errors: transfers that failed. A read allocates nothing, a write only the first time that it has a new length."""

    def __init__(self, i2c):
        self._i2c = i2c
        # Address, then data, in one transfer. A view for each length in use (records have two), so that a write needs no slice.
        self._out = bytearray(_ADDRESS_BYTES + MAX_WRITE)
        self._views = {}
        self.errors = 0

    def read_into(self, address: int, buf) -> bool:
        """Fill `buf` from `address`. 25 us a byte on the bus. False if the chip does not answer: then `buf` is worthless. ValueError outside the memory."""
        if address < 0 or address + len(buf) > SIZE:
            raise ValueError("address")
        try:
            self._i2c.readfrom_mem_into(ADDRESS, address, buf, addrsize=16)
        except OSError:
            self.errors += 1
            return False
        return True

    def write(self, address: int, buf) -> bool:
        """Write `buf` (at most 32 bytes) to `address`. 25 us a byte on the bus. False if the chip does not answer. ValueError outside the memory."""
        length = len(buf)
        if address < 0 or length > MAX_WRITE or address + length > SIZE:
            raise ValueError("address")
        out = self._out
        out[0] = address >> 8
        out[1] = address & 0xFF
        for index in range(length):
            out[_ADDRESS_BYTES + index] = buf[index]
        if length not in self._views:
            self._views[length] = memoryview(out)[: _ADDRESS_BYTES + length]
        try:
            self._i2c.writeto(ADDRESS, self._views[length])
        except OSError:
            self.errors += 1
            return False
        return True
