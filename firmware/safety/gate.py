"""The only maker of a permit: the one door between everything that wants flow and the motor.

Every frame passes here, whatever was decided before. A missing input is a refusal. A limit is never clipped in silence: when fewer
steps are permitted than were asked for, the permit says why, and the executive turns that reason into an alarm and an event.

The first reason that holds is the one that is told:

    permit                                                      grant (of a bolus, before its first step)
    STEP_CEILING    not a whole number from 0 to 741
    MEMORY          order or a dose-critical number changed     MEMORY
    NO_PRESCRIPTION but for priming                             NO_PRESCRIPTION
    INTERLOCK       a fault, or a condition that stops          INTERLOCK
    NOT_RUNNING     the state moves nothing                     NOT_RUNNING     basal does not run (nor a clinician's bolus)
    NOT_CONNECTED   priming nobody has confirmed
    NO_WITNESS      a sensor was not read                       NO_WITNESS
    STEP_CEILING    faster than this state's rate               INHIBITED       a condition forbids a bolus
                                                                NOT_PRESCRIBED  no volume or no rate
                                                                BOLUS_COUNT     as many as prescribed (the patient's)
                                                                LOCKOUT         runs yet, for either kind
    PHASE_SPENT     volume of this phase given
    VTBI_REACHED    volume or time, but for KVO                 VTBI_REACHED    the whole bolus would not fit
    HOUR, FOUR_HOUR, DAY_LIMIT_REACHED   these steps            the same: the whole bolus and all basal still to come
    DOSE_MEMORY     no promise to remember these steps

Memory comes before the prescription, so that a prescription that fell out of memory is not told as one that never was. From PHASE_SPENT on
only what goes into the patient counts; a priming has its own budget in the code.
"""

from array import array

from firmware.safety import interlocks, limits
from firmware.safety.permit import Permit
from shared import alarm_table
from shared.codes import DELIVERING_MASK, STATE_COUNT, Reason, State

_MOVING = tuple(state for state in range(STATE_COUNT) if DELIVERING_MASK >> state & 1)
FULL = 1 << 29  # more than any counter of a litre can hold: 2.8e8 steps
_FIRST_REASON = Reason.NO_PRESCRIPTION
_REASONS = Reason.INHIBITED - _FIRST_REASON + 1
_COUNT_MAX = 1_000_000
_CHECK_BITS = 29
_CHECK_MASK = (1 << _CHECK_BITS) - 1


class Order:
    """What the gate knows of the active prescription, in steps. Filled outside the frame by `therapy.prescription`, zero = nothing allowed.

    frame_steps: by State, the most of one frame. phase_steps: by State, budget of the phase; of RUNNING 0 is none but the VTBI. vtbi_steps: volume to
    be infused. hour_steps, four_hour_steps, day_steps: rolling limits. max_frames: longest duration. lockout_frames: from the end of a bolus.
    max_boluses: the patient's. basal_steps_minute: of the highest basal rate, rounded up.
    """

    def __init__(self):
        self.frame_steps = array("h", bytes(2 * STATE_COUNT))
        self.phase_steps = array("i", bytes(4 * STATE_COUNT))
        self.clear()

    def clear(self):
        """Nothing allowed, and sealed so."""
        self.valid = False
        for state in range(STATE_COUNT):
            self.frame_steps[state] = 0
            self.phase_steps[state] = 0
        self.vtbi_steps = 0
        self.hour_steps = 0
        self.four_hour_steps = 0
        self.day_steps = 0
        self.max_frames = 0
        self.lockout_frames = 0
        self.max_boluses = 0
        self.basal_steps_minute = 0
        self.seal()

    def seal(self):
        """The last field is filled: from here on every change is one that nobody has ordered (SR-074)."""
        self._seal = self._check()

    def intact(self) -> bool:
        """True if every field is what it was at the seal. In the frame."""
        return self._check() == self._seal

    def _check(self):
        check = 1 if self.valid is True else 2
        for state in range(STATE_COUNT):
            check = _mix(check, self.frame_steps[state])
            check = _mix(check, self.phase_steps[state])
        check = _mix(check, self.vtbi_steps)
        check = _mix(check, self.hour_steps)
        check = _mix(check, self.four_hour_steps)
        check = _mix(check, self.day_steps)
        check = _mix(check, self.max_frames)
        check = _mix(check, self.lockout_frames)
        check = _mix(check, self.max_boluses)
        return _mix(check, self.basal_steps_minute)


def _mix(check, value):
    # Turned by one bit, then the value on top: no bit of any field can change without the sum.
    turned = (check << 1 & _CHECK_MASK) | check >> _CHECK_BITS - 1
    return turned ^ (value ^ value >> _CHECK_BITS) & _CHECK_MASK


class View:
    """What the gate judges by, gathered each frame by the executive. Every field starts at the refusing value; flags count only as True itself."""

    def __init__(self):
        self.state = State.STOPPED
        self.active_mask = alarm_table.HALT_MASK
        self.fault_mask = -1  # latched faults that stop
        self.witnesses = False  # encoder and both pressures read within the allowed silence
        self.memory_ok = False  # every guarded number agrees with its copy
        self.prime_confirmed = False  # twice, by a person: the line is off the patient
        self.delivered_steps = FULL  # of this session, the most that can have been given
        self.delivered_frames = FULL  # frames with delivery in this session
        self.phase_given_steps = (
            FULL  # of this phase; a clinician's bolus counts on behind a patient's
        )
        self.hour_steps = FULL  # in the rolling window, all flow into the patient
        self.four_hour_steps = FULL
        self.day_steps = FULL
        self.reserved_steps = 0  # the dose memory has promised to remember up to here
        self.lockout_frames = FULL  # still to wait
        self.boluses = FULL  # of the patient, granted in this session


class Gate:
    """`permit` is the only place where a Permit gets steps, `grant` the only one where a bolus gets leave."""

    def __init__(self):
        self._permit = Permit()
        self._refused = array("i", bytes(4 * _REASONS))

    def permit(self, wanted: int, order: Order, view: View) -> Permit:
        """Permit all of the `wanted` steps or none of them. In the frame: integers only, allocates nothing.

        All or nothing, because half a request is a clipped limit. The caller asks frame by frame, so that
        the last frame before a limit is refused whole: an error of at most 741 steps (2.8 uL), on the safe side.
        """
        permit = self._permit
        reason = _refusal(wanted, order, view)
        permit.steps = 0 if reason else wanted
        permit.reason = reason
        permit.fresh = True
        if wanted:
            self._count(reason)
        return permit

    def grant(self, state: int, order: Order, view: View, windows) -> int:
        """May a bolus begin now: Reason.NONE, or the first reason why not. state: BOLUS or CLINICIAN_BOLUS. In the frame.

        windows: therapy.dose_windows. The whole bolus has to fit beside what any window that reaches into the future will hold with basal
        going on (SR-020); a patient's bolus that interrupts a clinician's also beside what is left of that one.
        """
        reason = _bolus_refusal(state, order, view, windows)
        self._count(reason)
        return reason

    def refused(self, reason: int) -> int:
        """How often something was refused for this reason (NO_PRESCRIPTION to INHIBITED) since power-on (SR-106)."""
        return self._refused[reason - _FIRST_REASON]

    def _count(self, reason):
        if reason and self._refused[reason - _FIRST_REASON] < _COUNT_MAX:
            self._refused[reason - _FIRST_REASON] += 1


def _refusal(wanted, order, view):
    if type(wanted) is not int or not 0 <= wanted <= limits.MAX_STEPS_PER_FRAME:
        return Reason.STEP_CEILING
    state = view.state
    priming = state == State.PRIMING
    reason = _shut(state, order, view)
    if reason:
        return reason
    if type(state) is not int or state not in _MOVING:
        return Reason.NOT_RUNNING
    if priming and view.prime_confirmed is not True:
        return Reason.NOT_CONNECTED
    if view.witnesses is not True:
        return Reason.NO_WITNESS
    if wanted > (limits.PRIME_STEPS_PER_FRAME if priming else order.frame_steps[state]):
        return Reason.STEP_CEILING
    budget = limits.PRIME_STEPS if priming else order.phase_steps[state]
    if (budget or state != State.RUNNING) and view.phase_given_steps + wanted > budget:
        return Reason.PHASE_SPENT
    if priming:
        return Reason.NONE
    if state != State.KVO and _complete(wanted, order, view):
        return Reason.VTBI_REACHED
    if view.hour_steps + wanted > order.hour_steps:
        return Reason.HOUR_LIMIT_REACHED
    if view.four_hour_steps + wanted > order.four_hour_steps:
        return Reason.FOUR_HOUR_LIMIT_REACHED
    if view.day_steps + wanted > order.day_steps:
        return Reason.DAY_LIMIT_REACHED
    if view.delivered_steps + wanted > view.reserved_steps:
        return Reason.DOSE_MEMORY
    return Reason.NONE


def _bolus_refusal(state, order, view, windows):
    reason = _shut(state, order, view)
    if reason:
        return reason
    patients = state == State.BOLUS
    interrupts = patients and view.state == State.CLINICIAN_BOLUS
    if view.state != State.RUNNING and not interrupts:
        return Reason.NOT_RUNNING
    if view.witnesses is not True:
        return Reason.NO_WITNESS
    if view.active_mask & alarm_table.BOLUS_INHIBIT_MASK:
        return Reason.INHIBITED
    if not patients and state != State.CLINICIAN_BOLUS:
        return Reason.NOT_PRESCRIBED
    if order.phase_steps[state] <= 0 or order.frame_steps[state] <= 0:
        return Reason.NOT_PRESCRIBED
    if patients and view.boluses >= order.max_boluses:
        return Reason.BOLUS_COUNT
    if view.lockout_frames > 0:
        return Reason.LOCKOUT
    needed = order.phase_steps[state]
    if interrupts:
        needed += max(order.phase_steps[State.CLINICIAN_BOLUS] - view.phase_given_steps, 0)
    if _complete(needed, order, view):
        return Reason.VTBI_REACHED
    basal = order.basal_steps_minute
    if windows.worst_hour(basal) + needed > order.hour_steps:
        return Reason.HOUR_LIMIT_REACHED
    if windows.worst_four_hours(basal) + needed > order.four_hour_steps:
        return Reason.FOUR_HOUR_LIMIT_REACHED
    if windows.worst_day(basal) + needed > order.day_steps:
        return Reason.DAY_LIMIT_REACHED
    return Reason.NONE


def _shut(state, order, view):
    """What shuts the gate before anything is counted."""
    if view.memory_ok is not True or not order.intact():
        return Reason.MEMORY
    if order.valid is not True and state != State.PRIMING:
        return Reason.NO_PRESCRIPTION
    shut = view.fault_mask or interlocks.forbids(view.state, view.active_mask)
    return Reason.INTERLOCK if shut else Reason.NONE


def _complete(steps, order, view):
    return (
        view.delivered_steps + steps > order.vtbi_steps
        or view.delivered_frames >= order.max_frames
    )
