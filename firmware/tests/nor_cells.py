"""What a NOR flash does to its cells, fast: native code of MicroPython. The same in plain Python: nor_device.py."""

# pyright: reportUndefinedVariable=false, reportArgumentType=false
# (viper: built into MicroPython, unknown to the stubs)


@micropython.viper  # noqa: F821
def read(cells: ptr8, at: int, buf: ptr8, count: int):  # noqa: F821
    for index in range(count):
        buf[index] = cells[at + index]


@micropython.viper  # noqa: F821
def program(cells: ptr8, at: int, buf: ptr8, count: int) -> int:  # noqa: F821
    """cells &= buf; how many bytes wanted a bit set that is clear."""
    violations = 0
    for index in range(count):
        old = cells[at + index]
        if buf[index] & (old ^ 0xFF):
            violations += 1
        cells[at + index] = old & buf[index]
    return violations


@micropython.viper  # noqa: F821
def fill(cells: ptr8, at: int, count: int):  # noqa: F821
    for index in range(count):
        cells[at + index] = 0xFF
