"""Which active conditions stop delivery. The most restrictive reaction of all active conditions wins (SR-094).

The reaction of each condition is a column of shared/alarm_table.py; this file only turns it into masks, so that a new stop-level alarm
is a new row there and nothing here. Two rows, and every state has one:

    KVO            STOP_MASK: keep-vein-open goes on when the infusion is complete or the dose is full, and through nothing else
    any other      HALT_MASK: whatever stops, stops
"""

from shared import alarm_table
from shared.codes import State

KVO_STOPS = alarm_table.STOP_MASK
OTHERS_STOP = alarm_table.HALT_MASK


def forbids(state: int, active_mask: int) -> bool:
    """True if any active condition forbids every step of this state."""
    stops = KVO_STOPS if state == State.KVO else OTHERS_STOP
    return active_mask & stops != 0
