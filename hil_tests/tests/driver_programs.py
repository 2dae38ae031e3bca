"""What every program that tries the firmware's drivers on the virtual board begins with."""

# Collecting early keeps the heap in one piece while the sources are compiled.
BOARD = """
import gc
gc.threshold(4096)
import micropython, time
from firmware import boards
from firmware.safety.permit import Permit
device = boards.current()
permit = Permit()
def permitted(steps):
    permit.steps = steps
    permit.reverse = False
    permit.fresh = True
    return permit
"""
