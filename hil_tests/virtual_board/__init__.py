"""The virtual board: modules named like the chip's own, and one file a part at register level in `chips/`.

Runs on the unix MicroPython interpreter; the rig starts `start.py`, which puts this folder first on the path. The firmware's own board and
driver files run against it unchanged. Only `words.py` is also read by CPython, since the rig needs the same numbers.

May import: its own modules by bare name, MicroPython built-ins. May not import: firmware, shared, hub, clinic, the rig.

Rules: only a sleep moves time (`time.sleep*`, `machine.idle`, `machine.lightsleep`, a blocking UART write or RMT call); a bus transfer takes no
time. What a firmware calls in its frame allocates nothing: loops instead of slices, buffers made at start, no closures, no floats.
"""
