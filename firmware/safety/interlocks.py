"""Which active conditions stop delivery. The most restrictive reaction of all active conditions wins (SR-094).

The reaction of each condition is a column of shared/alarm_table.py; this file only turns it into one mask, so that a new stop-level
alarm is a new row there and nothing here.
"""

from shared import alarm_table

HALT_MASK = alarm_table.HALT_MASK


def stops(active_mask: int) -> bool:
    """True if any active condition forbids every step."""
    return (active_mask & HALT_MASK) != 0
