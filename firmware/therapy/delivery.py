"""Delivery: which state the pump is in and how many steps it wants this frame.

    STOPPED, PAUSED, ALARM ──START──► LOADING (prescribed, not yet begun), else RUNNING
    LOADING, BOLUS, CLINICIAN_BOLUS ──volume given──► RUNNING
    RUNNING ──granted──► BOLUS, CLINICIAN_BOLUS        CLINICIAN_BOLUS ──granted──► BOLUS ──volume given──► CLINICIAN_BOLUS, what was left (SR-024)
    any of these four ──STOP──► PAUSED                 ──stop-level condition──► ALARM
    RUNNING, a phase ──VTBI or time reached──► COMPLETE
    COMPLETE, ALARM (dose limit) ──KVO prescribed──► KVO ──volume given──► where it came from
    STOPPED, PAUSED ──line off the patient, OK held──► PRIMING ──OK released, volume given, time-out──► STOPPED
    any that stands but FAULT ──new prescription──► CONFIRMING ──OK held──► STOPPED (new) │ STOP, 10 min ──► state before
    any that delivers, PAUSED ──remote stop──► STOPPED   any ──latched fault──► FAULT, and nothing leads out of it

Each state that delivers runs exactly its own rate (SR-006). Nothing but START leads from standing to the patient. A bolus or load that is left
before its volume was given is over: START goes on with the basal (SR-017, SR-030). In the frame: allocates nothing.
"""

from firmware.safety import limits
from shared.codes import DELIVERING_MASK, INTO_PATIENT_MASK, STATE_COUNT, State

# Made once: a tuple written in the frame would be made in the frame.
_STARTS_FROM = (State.STOPPED, State.PAUSED, State.ALARM)
_PRIMES_FROM = (State.STOPPED, State.PAUSED)
_KVO_FROM = (State.COMPLETE, State.ALARM)
_CONFIRMS_FROM = (State.STOPPED, State.PAUSED, State.ALARM, State.COMPLETE)
_BOLUSES = (State.BOLUS, State.CLINICIAN_BOLUS)
_BASAL_FOLLOWS = (State.BOLUS, State.LOADING, State.CLINICIAN_BOLUS)


class Delivery:
    """state: kept twice (SR-074); only the methods below change it. frames_in_state: age of the state. segment: basal segment that ran last."""

    def __init__(self, programme, session, course):
        self._programme = programme
        self._session = session
        self._course = course
        self.state = State.STOPPED
        self._state_inverse = ~State.STOPPED
        self._came_from = State.STOPPED  # to CONFIRMING or KVO: one at a time
        self._came_inverse = ~State.STOPPED
        self._clinician_waits = False  # a clinician bolus waits behind a patient's
        self._nobody_waits = True
        self.frames_in_state = 0
        self.segment = 0

    # --- what is ---------------------------------------------------------------------------------------------------------------

    def delivers(self) -> bool:
        """Whether the motor may move in this state."""
        return DELIVERING_MASK >> self.state & 1 != 0

    def into_patient(self) -> bool:
        """Whether what the motor moves counts as given."""
        return INTO_PATIENT_MASK >> self.state & 1 != 0

    def complete(self) -> bool:
        """Whether the infusion has come to its end: COMPLETE, or KVO after it, not KVO after a dose limit."""
        if self.state == State.KVO:
            return self._came_from == State.COMPLETE
        return self.state == State.COMPLETE

    def rate_nl_h(self) -> int:
        """What is asked of the motor now, not what was programmed (SR-011)."""
        return self._programme.rate_nl_h(self.state, self._session.frames)

    def floor_steps(self) -> int:
        """Whole steps a frame that the motor has to be ready for: those of now, and of the basal while the pump stands."""
        state = self.state if self.delivers() else State.RUNNING
        return self._programme.floor_steps(state, self._session.frames)

    def intact(self) -> bool:
        """False if a number and its copy differ, or if there is no such state (SR-007): nothing may move any more."""
        return (
            self.state == ~self._state_inverse
            and 0 <= self.state < STATE_COUNT
            and self._came_from == ~self._came_inverse
            and self._clinician_waits != self._nobody_waits
        )

    def want(self, frames: int, ready: bool) -> int:
        """Steps wanted now. `frames`: frames that have passed since the last call. `ready`: the motor is prepared for `floor_steps`.

        Frames that were missed, and those in which nothing could be asked for, are not caught up (SR-037): flow that did not happen is
        under-delivery and is seen as such. The first frame of a state wants nothing, so that the dose memory can reserve before the first step,
        and no step is wanted while the course's `intent` to begin a phase is not stored.
        """
        first = self.frames_in_state == 0
        self.frames_in_state += frames
        if not self.delivers():
            return 0
        session = self._session
        if self.state == State.RUNNING:
            self.segment = self._programme.segment_at(session.frames)
        if first or not ready or self._course.intent:
            return 0
        unit = self._programme.carry_unit
        owed = session.carry + self.rate_nl_h()
        steps = owed // unit
        session.carry = owed - steps * unit
        return steps

    # --- what a person or the course of therapy makes of it ------------------------------------------------------------------

    def start(self, order_valid: bool, stopped_by_condition: bool) -> bool:
        """START pressed. True if delivery runs from this frame on: the load first, if one is prescribed and none was begun, then the basal."""
        if not order_valid or stopped_by_condition or self.state not in _STARTS_FROM:
            return False
        if self._programme.prescribed(State.LOADING) and not self._course.load_closed:
            self._begin(State.LOADING)
        else:
            self._enter(State.RUNNING)
        return True

    def begin_bolus(self, state: int) -> bool:
        """A patient's (BOLUS) or clinician's bolus that `Gate.grant` has granted. False, and nothing changes, where none can begin (SR-027)."""
        preempts = state == State.BOLUS and self.state == State.CLINICIAN_BOLUS
        if state not in _BOLUSES or not self._programme.prescribed(state):
            return False
        if self.state != State.RUNNING and not preempts:
            return False
        self._begin(state)
        self._clinician_waits = preempts
        self._nobody_waits = not preempts
        return True

    def begin_kvo(self) -> bool:
        """Keep the vein open, after the infusion is complete or a dose limit was reached. False if it is not prescribed or begins nowhere else.

        The caller has judged that nothing else stands against it, and after a dose limit that it fits every window.
        """
        before = self.state
        if before not in _KVO_FROM or not self._programme.prescribed(State.KVO):
            return False
        self._begin(State.KVO)
        self._remember(before)
        return True

    def begin_prime(self) -> bool:
        """Fill the line, off the patient: a person has confirmed that and holds OK. False from any state but STOPPED and PAUSED."""
        if self.state not in _PRIMES_FROM or not self._programme.prescribed(State.PRIMING):
            return False
        self._begin(State.PRIMING)
        return True

    def prime(self, ok_held: bool) -> bool:
        """One frame of PRIMING: ends it when OK is let go. True if the time is over and the line is not full (SR-056): priming has failed."""
        if self.state != State.PRIMING:
            return False
        late = self.frames_in_state >= limits.PRIME_TIMEOUT_FRAMES
        if late or not ok_held:
            self._enter(State.STOPPED)
        return late

    def end_phase(self):
        """The volume of this phase has been given (PHASE_SPENT). A state that is no phase stays."""
        state = self.state
        if state == State.BOLUS and self._clinician_waits:
            self._enter(State.CLINICIAN_BOLUS)
        elif state in _BASAL_FOLLOWS:
            self._enter(State.RUNNING)
        elif state == State.KVO:
            self._go_back()
        elif state == State.PRIMING:
            self._enter(State.STOPPED)

    def pause(self):
        """STOP pressed. What is complete stays complete; from anywhere else only START leads on, with the basal."""
        if self.state == State.PRIMING:
            self._enter(State.STOPPED)
        elif self.delivers():
            self._enter(State.COMPLETE if self.complete() else State.PAUSED)

    def remote_stop(self):
        """A stop from the clinic: as STOP, but only START at the pump leads on, from STOPPED."""
        if self.delivers() or self.state == State.PAUSED:
            self._enter(State.COMPLETE if self.complete() else State.STOPPED)

    def go(self, state: int) -> bool:
        """To a state in which nothing moves: a condition, a fault or the end of the infusion asks for it. True if the state has changed.

        False for a state that delivers or does not exist, and for anything out of FAULT: only a power cycle leads on.
        """
        if not 0 <= state < STATE_COUNT or DELIVERING_MASK >> state & 1:
            return False
        if state == self.state or self.state == State.FAULT:
            return False
        self._enter(state)
        return True

    def confirm_begin(self) -> bool:
        """A verified prescription waits for a person. False while delivering: nothing changes under way."""
        before = self.state
        if before not in _CONFIRMS_FROM:
            return False
        self._enter(State.CONFIRMING)
        self._remember(before)
        return True

    def confirm_end(self, accepted: bool):
        """The person has decided, or the time is over. A new prescription starts STOPPED. Nothing happens if a fault came first."""
        if self.state == State.CONFIRMING:
            if accepted:
                self._enter(State.STOPPED)
            else:
                self._go_back()

    def _remember(self, before):
        self._came_from = before
        self._came_inverse = ~before

    def _go_back(self):
        # A number that fell over must not lead to delivery (SR-074).
        whole = self._came_from == ~self._came_inverse and self._came_from in _CONFIRMS_FROM
        self._enter(self._came_from if whole else State.FAULT)

    def _begin(self, phase):
        self._enter(phase)
        self._course.begin(phase, self._programme.lockout_frames)

    def _enter(self, state):
        # Every way out of a phase leads through here, and closes it.
        left = self.state
        if DELIVERING_MASK >> left & 1:
            self._course.end(left)
        self._state_inverse += left - state
        self.state = state
        self.frames_in_state = 0
        self._session.carry = 0
