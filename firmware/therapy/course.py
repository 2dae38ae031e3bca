"""The course of a prescription: what besides the totals must survive a restart, so that no restart gives a bolus, a load or a lockout back (SR-023).

    a phase begins    its counts are raised and `intent` stands: no step is wanted until the slice has stored them
    while it runs     `given` counts its steps; the lockout stands at its full length
    a phase ends      `due`: store soon. The lockout counts down from the end of a patient bolus (SR-016), however that ended (SR-017),
                      in frames that have passed, never by a clock that somebody can set (SR-110)

In the frame, except where a method says otherwise: nothing is allocated.
"""

from array import array

from firmware.safety import limits
from shared.codes import STATE_COUNT, State

_FRAMES_PER_SECOND = limits.FRAMES_PER_SECOND
# More than any volume is in steps, and twice of it is still a small integer.
MOST_STEPS = 500_000_000


class Course:
    """given: by State, steps of its present or last phase; of LOADING and KVO, of this prescription. bag_steps: since the bag was changed.

    boluses, clinician_boluses: begun under this prescription. lockout_frames: left. load_closed: no load may begin any more.
    Bolus counts, lockout and load are kept twice, as value and complement; `given` has a copy (SR-074).
    """

    def __init__(self):
        self.given = array("i", bytes(4 * STATE_COUNT))
        self._given = array("i", bytes(4 * STATE_COUNT))
        self.resume(0, 0, 0, 0, 0, False, 0, 0)

    # --- outside the frame ---------------------------------------------------------------------------------------------------

    def begin_session(self, version: int):
        """A prescription has become active: count from zero. Lockout and bag are the patient's and go on: no new prescription shortens a lockout."""
        self.resume(version, 0, 0, self.lockout_s, 0, False, 0, self.bag_steps)

    def resume(
        self,
        version: int,
        boluses: int,
        clinician_boluses: int,
        lockout_s: int,
        load_steps: int,
        load_closed: bool,
        kvo_steps: int,
        bag_steps: int,
    ):
        """Go on after a restart with what `snapshot` had stored. What is more than can be is taken as the most."""
        self.version = version
        self.boluses = boluses
        self._boluses_inverse = ~boluses
        self.clinician_boluses = clinician_boluses
        self._clinician_inverse = ~clinician_boluses
        self.lockout_frames = min(lockout_s, limits.MAX_LOCKOUT_S) * _FRAMES_PER_SECOND
        self._lockout_inverse = ~self.lockout_frames
        self.load_closed = load_closed
        self._load_open = not load_closed
        for state in range(STATE_COUNT):
            self._count(state, 0)
        self._count(State.LOADING, min(load_steps, MOST_STEPS))
        self._count(State.KVO, min(kvo_steps, MOST_STEPS))
        self.bag_steps = min(bag_steps, MOST_STEPS)
        self.intent = False
        self.due = False
        self._bolus_runs = False
        self._bolus_rests = True
        self._changed = False
        self._minute_frames = 0

    def forget(self, version: int):
        """No record could be read: no bolus, no load and no KVO until the next prescription, and a bag that a person must look at."""
        most = limits.MAX_BOLUSES
        self.resume(
            version, most, most, limits.MAX_LOCKOUT_S, MOST_STEPS, True, MOST_STEPS, MOST_STEPS
        )

    def snapshot(self) -> tuple:
        """What `resume` takes, as it must be found after a restart: a lockout that runs is rounded up, and while a bolus runs it is the full one."""
        return (
            self.version,
            self.boluses,
            self.clinician_boluses,
            self.lockout_s,
            self.given[State.LOADING],
            self.load_closed,
            self.given[State.KVO],
            self.bag_steps,
        )

    def stored(self):
        """The record stands: steps may be wanted."""
        self.intent = False
        self.due = False
        self._changed = False

    # --- in the frame --------------------------------------------------------------------------------------------------------

    def begin(self, state: int, lockout_frames: int):
        """A phase begins; called by `Delivery`. A bolus counts and locks from here on, whatever becomes of it."""
        if state == State.BOLUS:
            self.boluses += 1
            self._boluses_inverse -= 1
            self.lockout_frames = lockout_frames
            self._lockout_inverse = ~lockout_frames
            self._bolus_runs = True
            self._bolus_rests = False
        elif state == State.CLINICIAN_BOLUS:
            self.clinician_boluses += 1
            self._clinician_inverse -= 1
        elif state == State.LOADING:
            self.load_closed = True
            self._load_open = False
        if state != State.LOADING and state != State.KVO:
            # Those two have one budget for the whole prescription.
            self._count(state, 0)
        self.intent = True

    def end(self, state: int):
        """A phase, or the basal, has ended, by its volume or by anything else; called by `Delivery`."""
        if state == State.BOLUS:
            self._bolus_runs = False
            self._bolus_rests = True
        self.due = True

    def give(self, state: int, steps: int):
        """The motor has made steps in this state."""
        if steps:
            self.given[state] += steps
            self._given[state] += steps
            self.bag_steps += steps
            self._changed = True

    def change_bag(self):
        """A person has said that a full bag is in place."""
        self.bag_steps = 0
        self.due = True

    def tick(self, frames: int):
        """Let frames pass, in every state. A jump of the clock counts as one second at most (SR-110)."""
        frames = min(frames, limits.CLOCK_JUMP_FRAMES)
        if self.lockout_frames and not self._bolus_runs:
            passed = min(frames, self.lockout_frames)
            self.lockout_frames -= passed
            self._lockout_inverse += passed
            self._changed = True
        self._minute_frames += frames
        if self._minute_frames >= limits.FRAMES_PER_MINUTE:
            self._minute_frames -= limits.FRAMES_PER_MINUTE
            self.due = self.due or self._changed

    @property
    def lockout_s(self) -> int:
        """Seconds of lockout left, rounded up."""
        return (self.lockout_frames + _FRAMES_PER_SECOND - 1) // _FRAMES_PER_SECOND

    def intact(self) -> bool:
        """False if a number and its copy differ: nothing may move any more."""
        return (
            self.boluses == ~self._boluses_inverse
            and self.clinician_boluses == ~self._clinician_inverse
            and self.lockout_frames == ~self._lockout_inverse
            and self.load_closed != self._load_open
            and self._bolus_runs != self._bolus_rests
            and self.given == self._given
        )

    def _count(self, state, steps):
        self.given[state] = steps
        self._given[state] = steps
