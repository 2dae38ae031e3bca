"""What each module of the pump's program holds on the heap of the bench's interpreter, in bytes, largest first.

    python -m tools.heap_by_module [how many]

A module's own figure is what stays after its import, without what the modules hold that it imports itself. Names are counted once, for the module
that brings them first: the table of names grows in leaps, and whoever makes it leap pays for it here. The running pump's figure is that of
`hil_tests/tests/test_heap.py`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from hil_tests.rig import Rig
from hil_tests.rig.hand_plant import HandPlant

_SHOWN = 30
_ROOMY = "1m"
# `__import__` is called for each import statement, the inner ones included.
_WEIGH = """
import builtins, gc, micropython, sys, time
real, inner, own = builtins.__import__, [0], {}

def held():
    gc.collect()
    return gc.mem_alloc()

def weighed(name, *rest):
    known = len(sys.modules)
    before = held()
    inner.append(0)
    found = real(name, *rest)
    taken = held() - before
    nested = inner.pop()
    inner[-1] += taken
    if len(sys.modules) > known and taken > nested:
        own[name] = own.get(name, 0) + taken - nested
    return found

builtins.__import__ = weighed
from firmware import main, power_on
from firmware.safety import selftest
builtins.__import__ = real
print("total", inner[0])
for name in sorted(own):
    print(name, own[name])
micropython.qstr_info()
print("end")
time.sleep_ms(100)
"""


def weigh() -> tuple[int, list[tuple[int, str]], str]:
    """Bytes held by all modules, (own bytes, module) with the largest first, and what the interpreter says of its names."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "weigh.py"
        script.write_text(_WEIGH)
        with Rig(Path(folder), HandPlant(), 1, heap=_ROOMY, main_script=script) as rig:
            rig.power_on()
            told = rig.console().splitlines()
    end = told.index("end")
    total = int(told[0].split()[1])
    rows = [line.split() for line in told[1:end]]
    modules = sorted(((int(row[1]), row[0]) for row in rows if len(row) == 2), reverse=True)
    return total, modules, next(line for line in told if line.startswith("qstr"))


def main() -> int:
    shown = int(sys.argv[1]) if len(sys.argv) > 1 else _SHOWN
    total, modules, names = weigh()
    for held_bytes, name in modules[:shown]:
        print(f"{held_bytes:8,}  {name}")
    print(f"{total:8,}  {len(modules)} modules; names: {names}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
