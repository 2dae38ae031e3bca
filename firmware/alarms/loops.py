"""The same alarm, acknowledged and started again, three times in ten minutes: somebody is pressing keys instead of curing it (SR-095)."""

from array import array

from firmware.safety import limits
from shared import alarm_table

# What a person does not cause by starting again: the end, a restart, the clinic's stop, and the lock itself.
_NOT_COUNTED = (
    1 << alarm_table.INFUSION_COMPLETE
    | 1 << alarm_table.RESTARTED
    | 1 << alarm_table.REMOTE_STOP
    | 1 << alarm_table.PRIME_FAILED
    | 1 << alarm_table.ALERT_LOOP
)
_COUNTED_MASK = alarm_table.HALT_MASK & ~_NOT_COUNTED
_NEVER = -limits.ALERT_LOOP_FRAMES - 1


class AlertLoops:
    """Counts each stopping alarm once a start. In the frame: allocates nothing."""

    def __init__(self):
        self._now_frames = 0
        self._armed = 0
        # When each alarm was last counted, and when before that.
        self._last = array("i", (_NEVER,) * alarm_table.COUNT)
        self._before = array("i", (_NEVER,) * alarm_table.COUNT)

    def tick(self, frames: int):
        self._now_frames += frames

    def started(self):
        """A person has started delivery: the next alarm of each kind counts."""
        self._armed = _COUNTED_MASK

    def count(self, alarm_id: int) -> bool:
        """An alarm was raised. True if it is the third of its kind within ten minutes, each after a start."""
        bit = 1 << alarm_id
        if not self._armed & bit:
            return False
        self._armed &= ~bit
        third = self._now_frames - self._before[alarm_id] <= limits.ALERT_LOOP_FRAMES
        self._before[alarm_id] = self._last[alarm_id]
        self._last[alarm_id] = self._now_frames
        return third

    def forget(self):
        """A clinician has looked at it: count anew."""
        for alarm_id in range(alarm_table.COUNT):
            self._last[alarm_id] = _NEVER
            self._before[alarm_id] = _NEVER
