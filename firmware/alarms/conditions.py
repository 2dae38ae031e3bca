"""The set of active conditions.

    cause     bit n: condition n holds now
    active    bit n: condition n is alarmed; a latched one stays after its cause is gone until a person acknowledges it
    seen      bit n: acknowledged; its sound is off for a while, its text stays

Raising a condition that is not active breaks any silence (SR-088). Acknowledging takes the id that is on the screen and no other (SR-092).
A condition that nobody cures becomes louder: one priority more after the time in its row, or at the second acknowledgement without a cure.
All of it runs in the frame and allocates nothing; changes go to the event queue for the journal slice.
"""

from array import array

from firmware.alarms import timings
from firmware.alarms.loops import AlertLoops
from firmware.safety import limits
from shared import alarm_table
from shared.codes import Event

_ROWS = alarm_table.ROWS
_COUNT = alarm_table.COUNT
_LOOP_BIT = 1 << alarm_table.ALERT_LOOP


class Conditions:
    """priority(n): of condition n now, escalation included. changes: grows with every change; link and panel compare it."""

    def __init__(self, events):
        self._events = events
        self.cause = 0
        self.active = 0
        self.seen = 0
        self.escalated = 0
        self.silence_frames = 0
        self.changes = 0
        self.loops = AlertLoops()
        self._age_frames = array("i", bytes(4 * _COUNT))
        self._remind_frames = array("h", bytes(2 * _COUNT))
        self._acknowledged = array("b", bytes(_COUNT))
        self._chiming = -1
        self._chime_frames = 0

    def hold(self, alarm_id: int, holds: bool, value: int):
        """Say whether a condition holds in this frame. value: what was measured, for the journal."""
        bit = 1 << alarm_id
        if holds:
            self.cause |= bit
            if not self.active & bit:
                self._raise(alarm_id, value)
                if self.loops.count(alarm_id):
                    self._raise(alarm_table.ALERT_LOOP, alarm_id)
        elif self.cause & bit:
            self.cause &= ~bit
            if not alarm_table.LATCHED_MASK & bit or self.seen & bit:
                self._drop(alarm_id)

    def chime(self, alarm_id: int, value: int):
        """Raise a condition that ends by itself (its signal is CHIME). A second one while it sounds starts it anew."""
        if self._chiming >= 0:
            self.hold(self._chiming, False, 0)
        self.hold(alarm_id, True, value)
        self._chiming = alarm_id
        self._chime_frames = timings.CHIME_FRAMES

    def acknowledge(self, alarm_id: int, drawn_id: int) -> bool:
        """A person has seen this one. drawn_id: what stands complete on the glass; only that can have been seen (SR-092).

        It goes if its cause is gone; otherwise only its sound stops. True if it was active and unseen.
        """
        bit = 1 << alarm_id
        if alarm_id != drawn_id or not self.active & bit or self.seen & bit:
            return False
        self.seen |= bit
        self._note(Event.ALARM_ACKNOWLEDGED, alarm_id, 0)
        if bit == _LOOP_BIT:
            # Only a clinician's code takes it away; OK takes its sound.
            self._remind_frames[alarm_id] = timings.REMIND_FRAMES
            return True
        if not self.cause & bit:
            self._drop(alarm_id)
            return True
        if self._acknowledged[alarm_id] < 100:
            self._acknowledged[alarm_id] += 1
        if self._acknowledged[alarm_id] > 1:
            # Acknowledged before, and nobody has cured it: louder, and sooner again.
            self._escalate(alarm_id)
            self._remind_frames[alarm_id] = timings.REMIND_AGAIN_FRAMES
        else:
            self._remind_frames[alarm_id] = timings.REMIND_FRAMES
        return True

    def unlock(self) -> bool:
        """A clinician's code was accepted: the lock of repeated alarms goes. True if there was one."""
        if not self.active & _LOOP_BIT:
            return False
        self.loops.forget()
        self._drop(alarm_table.ALERT_LOOP)
        return True

    def silence(self):
        """SILENCE was pressed (its edge): no sound for 2 min if anything HIGH sounds, else 10 min, unless something new comes (SR-087)."""
        worst = self.sounding_priority()
        if worst:
            frames = limits.SILENCE_FRAMES
            if worst == alarm_table.HIGH:
                frames = limits.SILENCE_HIGH_FRAMES
            self.silence_frames = frames
            self._note(Event.ALARM_SILENCED, frames // 10, 0)

    def tick(self, frames: int):
        """Let time pass: silence, reminders, escalation, chime."""
        self.loops.tick(frames)
        if not self.active:
            self.silence_frames = 0
            return
        if self.silence_frames:
            self.silence_frames = max(0, self.silence_frames - frames)
        if self._chiming >= 0:
            self._chime_frames -= frames
            if self._chime_frames <= 0:
                self.hold(self._chiming, False, 0)
                self._chiming = -1
        for alarm_id in range(_COUNT):
            if self.active >> alarm_id & 1:
                self._tick_one(alarm_id, frames)

    def _tick_one(self, alarm_id, frames):
        after_s = _ROWS[alarm_id][8]
        if after_s and not self.escalated >> alarm_id & 1:
            self._age_frames[alarm_id] += frames
            if self._age_frames[alarm_id] >= after_s * limits.FRAMES_PER_SECOND:
                self._escalate(alarm_id)
                self.seen &= ~(1 << alarm_id)
                self.silence_frames = 0
        left = self._remind_frames[alarm_id]
        if left:
            left = max(0, left - frames)
            self._remind_frames[alarm_id] = left
            stands = self.cause >> alarm_id & 1 or alarm_id == alarm_table.ALERT_LOOP
            if not left and stands and self._reminds(alarm_id):
                # Acknowledged and forgotten: it sounds again.
                self.seen &= ~(1 << alarm_id)
                self.changes += 1

    def _reminds(self, alarm_id):
        return _ROWS[alarm_id][3] != alarm_table.RUN or self.priority(alarm_id) == alarm_table.HIGH

    def priority(self, alarm_id: int) -> int:
        """Priority of a condition, one more than in its row once it has escalated; HIGH is the end."""
        priority = _ROWS[alarm_id][2]
        if self.escalated >> alarm_id & 1 and priority < alarm_table.HIGH:
            priority += 1
        return priority

    def shown(self) -> int:
        """The id on the screen: worst not yet acknowledged, else worst active, else -1. Ties in table order."""
        waiting = self.active & ~self.seen
        return self._worst(waiting if waiting else self.active)

    def sounding_priority(self) -> int:
        """Priority to be sounded now: 0 none. Silence and acknowledgement take sound away, never light or text."""
        waiting = self.active & ~self.seen
        if not waiting or self.silence_frames:
            return 0
        return self.priority(self._worst(waiting))

    def lit_priority(self) -> int:
        return self.priority(self._worst(self.active)) if self.active else 0

    def others(self) -> int:
        """How many more are active than the one that is shown."""
        count = 0
        for alarm_id in range(_COUNT):
            count += self.active >> alarm_id & 1
        return count - 1 if count else 0

    def _worst(self, pool):
        worst = -1
        highest = 0
        if pool:
            for alarm_id in range(_COUNT):
                if pool >> alarm_id & 1:
                    priority = self.priority(alarm_id)
                    if priority > highest:
                        worst = alarm_id
                        highest = priority
        return worst

    def _raise(self, alarm_id, value):
        bit = 1 << alarm_id
        self.active |= bit
        self.seen &= ~bit
        self.escalated &= ~bit
        self._age_frames[alarm_id] = 0
        self._remind_frames[alarm_id] = 0
        self._acknowledged[alarm_id] = 0
        self.silence_frames = 0
        self._note(Event.ALARM_RAISED, alarm_id, value)

    def _drop(self, alarm_id):
        bit = 1 << alarm_id
        self.active &= ~bit
        self.seen &= ~bit
        self.escalated &= ~bit
        self._note(Event.ALARM_CLEARED, alarm_id, 0)

    def _escalate(self, alarm_id):
        bit = 1 << alarm_id
        if not self.escalated & bit:
            self.escalated |= bit
            self.changes += 1
            self._events.note(
                Event.ALARM_ESCALATED,
                alarm_id,
                self.priority(alarm_id),
                self._acknowledged[alarm_id],
            )

    def _note(self, code, alarm_id, value):
        self.changes += 1
        self._events.note(code, alarm_id, value, 0)
