"""The set of active conditions.

    cause     bit n: condition n holds now
    active    bit n: condition n is alarmed; a latched one stays after its cause is gone until a person acknowledges it
    seen      bit n: acknowledged; its sound is off for a while, its text stays

Raising a condition that is not active breaks any silence (SR-088). Acknowledging takes the id that is shown and no other (SR-092).
An acknowledged stop-level condition whose cause persists sounds again after two minutes.
All of it runs in the frame and allocates nothing; changes go to the event queue for the journal slice.
"""

from firmware.safety import limits
from shared import alarm_table
from shared.codes import Event


def order_by_priority() -> list:
    """Ids, worst first; ties in table order. The order in which conditions are shown."""
    ids = [row[0] for row in alarm_table.ROWS]
    ids.sort(key=lambda alarm_id: (-alarm_table.ROWS[alarm_id][2], alarm_id))
    return ids


class Conditions:
    def __init__(self, events):
        self._events = events
        self.cause = 0
        self.active = 0
        self.seen = 0
        self.silence_frames = 0
        self._order = order_by_priority()
        self._remind_frames = 0
        self.changes = 0  # grows with every change; link and panel compare it

    def hold(self, alarm_id: int, holds: bool, value: int):
        """Say whether a condition holds in this frame. value: what was measured, for the journal."""
        bit = 1 << alarm_id
        if holds:
            self.cause |= bit
            if not self.active & bit:
                self.active |= bit
                self.seen &= ~bit
                self.silence_frames = 0
                self._note(Event.ALARM_RAISED, alarm_id, value)
        elif self.cause & bit:
            self.cause &= ~bit
            if not alarm_table.LATCHED_MASK & bit or self.seen & bit:
                self._drop(alarm_id)

    def acknowledge(self, alarm_id: int) -> bool:
        """A person has seen this one. It goes if its cause is gone; otherwise only its sound stops. True if it was active."""
        bit = 1 << alarm_id
        if not self.active & bit or self.seen & bit:
            return False
        self.seen |= bit
        self._note(Event.ALARM_ACKNOWLEDGED, alarm_id, 0)
        if not self.cause & bit:
            self._drop(alarm_id)
        else:
            self._remind_frames = limits.SILENCE_FRAMES
        return True

    def silence(self):
        """No sound for two minutes, unless something new comes (SR-087)."""
        if self.active & ~self.seen:
            self.silence_frames = limits.SILENCE_FRAMES
            self._note(Event.ALARM_SILENCED, limits.SILENCE_FRAMES // 10, 0)

    def tick(self, frames: int):
        if self.silence_frames:
            self.silence_frames -= frames
            if self.silence_frames < 0:
                self.silence_frames = 0
        if self._remind_frames:
            self._remind_frames -= frames
            if self._remind_frames <= 0:
                self._remind_frames = 0
                # A stop-level cause that nobody has cured sounds again (HSSIB case: acknowledged and forgotten).
                self.seen &= ~(self.cause & alarm_table.HALT_MASK)
                self.changes += 1

    def shown(self) -> int:
        """The id on the screen: worst not yet acknowledged, else worst active, else -1."""
        waiting = self.active & ~self.seen
        pool = waiting if waiting else self.active
        if pool:
            for alarm_id in self._order:
                if pool & (1 << alarm_id):
                    return alarm_id
        return -1

    def sounding_priority(self) -> int:
        """Priority to be sounded now: 0 none. Silence and acknowledgement take sound away, never light or text."""
        waiting = self.active & ~self.seen
        if not waiting or self.silence_frames:
            return 0
        for alarm_id in self._order:
            if waiting & (1 << alarm_id):
                return alarm_table.ROWS[alarm_id][2]
        return 0

    def lit_priority(self) -> int:
        for alarm_id in self._order:
            if self.active & (1 << alarm_id):
                return alarm_table.ROWS[alarm_id][2]
        return 0

    def _drop(self, alarm_id):
        bit = 1 << alarm_id
        self.active &= ~bit
        self.seen &= ~bit
        self._note(Event.ALARM_CLEARED, alarm_id, 0)

    def _note(self, code, alarm_id, value):
        self.changes += 1
        self._events.note(code, alarm_id, value, 0)
