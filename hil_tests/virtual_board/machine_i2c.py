"""`machine.I2C` and `machine.SoftI2C` of the ESP32 port. A transfer takes no simulated time. No acknowledge: OSError 19; a stuck bus: OSError 116."""

import wiring
from machine_pin import number_of


class SoftI2C:
    def __init__(self, scl, sda, *, freq=400_000, timeout=50_000):
        self._attach(scl, sda, freq)

    def _attach(self, scl, sda, freq):
        if not 0 < freq <= 1_000_000:
            raise ValueError("freq")
        self._bus = wiring.bus_on(number_of(scl), number_of(sda))
        self._header = bytearray(4)

    def scan(self):
        return [address for address in range(0x08, 0x78) if self._bus.answers(address)]

    def readfrom(self, addr, nbytes, stop=True):
        buf = bytearray(nbytes)
        self.readfrom_into(addr, buf)
        return bytes(buf)

    def readfrom_into(self, addr, buf, stop=True):
        self._bus.part(addr).read_into(buf)

    def writeto(self, addr, buf, stop=True):
        part = self._bus.part(addr)
        part.begin()
        part.write(buf, len(buf))
        part.end()
        return len(buf)

    def writevto(self, addr, vector, stop=True):
        part = self._bus.part(addr)
        count = 0
        part.begin()
        for buf in vector:
            part.write(buf, len(buf))
            count += len(buf)
        part.end()
        return count

    def readfrom_mem(self, addr, memaddr, nbytes, *, addrsize=8):
        buf = bytearray(nbytes)
        self.readfrom_mem_into(addr, memaddr, buf, addrsize=addrsize)
        return bytes(buf)

    def readfrom_mem_into(self, addr, memaddr, buf, *, addrsize=8):
        part = self._bus.part(addr)
        part.begin()
        part.write(self._header, self._address(memaddr, addrsize))
        part.read_into(buf)

    def writeto_mem(self, addr, memaddr, buf, *, addrsize=8):
        part = self._bus.part(addr)
        part.begin()
        part.write(self._header, self._address(memaddr, addrsize))
        part.write(buf, len(buf))
        part.end()

    def _address(self, memaddr, addrsize):
        """Put the register address into the header, high byte first; how many bytes it has."""
        if addrsize & 7 or not 8 <= addrsize <= 32:
            raise ValueError("invalid addrsize")
        count = addrsize >> 3
        for i in range(count):
            self._header[i] = (memaddr >> (8 * (count - 1 - i))) & 0xFF
        return count


class I2C(SoftI2C):
    def __init__(self, id=0, *, scl=None, sda=None, freq=400_000, timeout=50_000):
        if id not in (0, 1):
            raise ValueError("I2C(%d) doesn't exist" % id)
        self.init(
            scl=(18 if id == 0 else 9) if scl is None else scl,
            sda=(19 if id == 0 else 8) if sda is None else sda,
            freq=freq,
        )

    def init(self, *, scl, sda, freq=400_000, timeout=50_000):
        self._attach(scl, sda, freq)
