"""What the rig starts: connect to it, then do what a board's own main.py does: `firmware.main.main()`.

VIGIL_ROM_AT and VIGIL_ROM_BYTES: where the rig has mapped the ROMFS image of rig/rom.py, the virtual board included.
VIGIL_MAIN names a script to run in place of the firmware.
"""

import os
import sys

import uctypes
import vfs

_rom = uctypes.bytearray_at(int(os.getenv("VIGIL_ROM_AT")), int(os.getenv("VIGIL_ROM_BYTES")))
vfs.mount(vfs.VfsRom(_rom), "/rom")
sys.path[:] = ["/rom/board", ".frozen"]

import lockstep  # noqa: E402 - from the image, not from the folder

lockstep.connect()

import time  # noqa: E402, F401 - while sys.path can still be set, see time.py

import wiring  # noqa: E402, F401 - the parts must be on the board before the program starts


class _ChipSys:
    """`sys` with the chip's name; everything else is the interpreter's."""

    def __init__(self, real):
        self._real = real
        self.platform = "esp32"

    def __getattr__(self, name):
        return getattr(self._real, name)


script = os.getenv("VIGIL_MAIN")
sys.path[:] = ["/rom/board", "/rom", ".frozen"]
sys.modules["sys"] = _ChipSys(sys)

if script:
    with open(script) as file:
        code = compile(file.read(), script, "exec")
    exec(code, {"__name__": "__main__"})
else:
    import firmware.main

    firmware.main.main()
print("the program has returned")
