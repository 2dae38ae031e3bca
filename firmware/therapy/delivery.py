"""Delivery: which state the pump is in and how many steps it wants this frame.

    STOPPED ──START──► RUNNING ──STOP──► PAUSED ──START──► RUNNING
    RUNNING ──stop-level condition──► ALARM ──(acknowledged and gone) START──► RUNNING
    RUNNING ──VTBI or time reached──► COMPLETE
    any but RUNNING ──new prescription──► CONFIRMING ──OK held──► STOPPED (new) │ STOP, 10 min ──► state before
    any ──remote stop──► STOPPED          any ──latched fault──► FAULT

Nothing but a START key leads to RUNNING. In the frame: allocates nothing.
"""

from shared.codes import State

# Made once: a tuple written in the frame would be made in the frame.
_STARTS_FROM = (State.STOPPED, State.PAUSED, State.ALARM)


class Delivery:
    def __init__(self, programme, session):
        self._programme = programme
        self._session = session
        self.state = State.STOPPED
        self._before_confirming = State.STOPPED
        self.frames_in_state = 0

    def go(self, state: int):
        """Change state. Every change resets the age of the state; RUNNING starts with an empty carry."""
        if state != self.state:
            self.state = state
            self.frames_in_state = 0
            self._session.carry = 0

    def start(self, order_valid: bool, stopped_by_condition: bool) -> bool:
        """START pressed. True if delivery runs from this frame on."""
        if not order_valid or stopped_by_condition:
            return False
        if self.state not in _STARTS_FROM:
            return False
        self.go(State.RUNNING)
        return True

    def remote_stop(self):
        """A stop from the clinic: as STOP, but only START at the pump leads on, from STOPPED."""
        if self.state in (State.RUNNING, State.PAUSED):
            self.go(State.STOPPED)

    def confirm_begin(self) -> bool:
        """A verified prescription waits for a person. False while delivering: nothing changes under way."""
        if (
            self.state == State.RUNNING
            or self.state == State.CONFIRMING
            or self.state == State.FAULT
        ):
            return False
        self._before_confirming = self.state
        self.go(State.CONFIRMING)
        return True

    def confirm_end(self, accepted: bool):
        """The person has decided, or the time is over. A new prescription starts STOPPED."""
        self.go(State.STOPPED if accepted else self._before_confirming)

    def want(self, frames: int) -> int:
        """Steps wanted now. `frames`: frames that have passed since the last call; only one is ever made up for.

        Missed frames are not caught up (SR-037): flow that did not happen is under-delivery and is seen as such. The first frame
        of RUNNING wants nothing, so that the dose memory can reserve before the first step.
        """
        first = self.frames_in_state == 0
        self.frames_in_state += frames
        if self.state != State.RUNNING or first:
            return 0
        session = self._session
        unit = self._programme.carry_unit
        owed = session.carry + self._programme.rate_nl_h
        steps = owed // unit
        session.carry = owed - steps * unit
        return steps
