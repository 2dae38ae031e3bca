"""One battery of boundary tests that every limit of the gate inherits.

Dense at the edge (three below to three above, and the extremes), both answers, and both states of permission: everything else permits, and
something else refuses.
"""

from firmware.safety.gate import FULL, Gate, Order, View
from shared import alarm_table
from shared.codes import Reason, State

FAR = 250_000_000  # nearly a litre in steps
NEAR_EDGE = (-3, -2, -1, 0, 1, 2, 3)
INTO_PATIENT = (State.RUNNING, State.BOLUS, State.LOADING, State.CLINICIAN_BOLUS, State.KVO)
DELIVERING = INTO_PATIENT + (State.PRIMING,)


class Windows:
    """What windows that reach into the future will hold, whatever the basal."""

    def __init__(self):
        self.hour = self.four_hours = self.day = 0
        self.asked = []

    def worst_hour(self, basal_steps_minute):
        self.asked.append(basal_steps_minute)
        return self.hour

    def worst_four_hours(self, basal_steps_minute):
        self.asked.append(basal_steps_minute)
        return self.four_hours

    def worst_day(self, basal_steps_minute):
        self.asked.append(basal_steps_minute)
        return self.day


def running(state=State.RUNNING):
    """(order, view) in which every limit is far away: steps in `state` are permitted, and in RUNNING a bolus of either kind."""
    order, view = Order(), View()
    order.valid = True
    for each in INTO_PATIENT:
        order.frame_steps[each] = 741
        if each != State.RUNNING:
            order.phase_steps[each] = FAR
    order.hour_steps = order.four_hour_steps = order.day_steps = 2 * FAR
    order.vtbi_steps = 2 * FAR
    order.max_frames = 1_000_000
    order.max_boluses = 10
    order.basal_steps_minute = 400
    order.seal()
    view.state = state
    view.active_mask = 0
    view.fault_mask = 0
    view.witnesses = True
    view.memory_ok = True
    view.prime_confirmed = True
    view.delivered_steps = 0
    view.delivered_frames = 0
    view.phase_given_steps = 0
    view.hour_steps = view.four_hour_steps = view.day_steps = 0
    view.reserved_steps = 2 * FAR
    view.lockout_frames = 0
    view.boluses = 0
    return order, view


def permit(wanted, order, view):
    """(steps, reason) of a gate that has never been asked before."""
    answer = Gate().permit(wanted, order, view)
    assert answer.fresh
    return answer.steps, answer.reason


def grant(order, view, windows=None, state=State.BOLUS):
    """Reason of a gate that has never been asked before."""
    return Gate().grant(state, order, view, windows or Windows())


def _no_prescription(order, view):
    order.valid = False


def _memory(order, view):
    view.memory_ok = False


def _fault(order, view):
    view.fault_mask = 1


def _alarm(order, view):
    view.active_mask = 1 << alarm_table.AIR_IN_LINE


def _stopped(order, view):
    view.state = State.STOPPED


def _no_witness(order, view):
    view.witnesses = False


# What else may refuse, and how that is told.
CLOSERS = (
    (_memory, Reason.MEMORY),
    (_no_prescription, Reason.NO_PRESCRIPTION),
    (_fault, Reason.INTERLOCK),
    (_alarm, Reason.INTERLOCK),
    (_stopped, Reason.NOT_RUNNING),
    (_no_witness, Reason.NO_WITNESS),
)


def around(edge):
    """Values to try for something that may be `edge` at most: no negative ones."""
    return [edge + off for off in NEAR_EDGE if edge + off >= 0] + [0, FULL]


def check_permit_ceiling(place, reason, state=State.RUNNING, ceilings=(741, 26_666, 200_000_000)):
    """place(order, view, used, ceiling) puts the limit and what is used of it; a request then fills the rest.

    Permitted: used + wanted <= ceiling, all of it. Refused: one more, none of it, with the reason.
    """
    for ceiling in ceilings:
        for wanted in (1, 2, 8, 370):
            for used in around(ceiling - wanted):
                order, view = running(state)
                place(order, view, used, ceiling)
                order.seal()
                fits = used + wanted <= ceiling
                expected = (wanted, Reason.NONE) if fits else (0, reason)
                assert permit(wanted, order, view) == expected, (used, wanted, ceiling)
                _check_closed(lambda o, v, w=wanted: permit(w, o, v)[1], order, view)


def check_grant_ceiling(place, reason, state=State.BOLUS, ceilings=(26_666, 200_000_000)):
    """The same for a bolus: place(order, view, windows, used, ceiling); the bolus fills the rest."""
    for ceiling in ceilings:
        for bolus in (1, 2, 8, 26_660):
            for used in around(ceiling - bolus):
                order, view = running()
                windows = Windows()
                order.phase_steps[state] = bolus
                place(order, view, windows, used, ceiling)
                order.seal()
                expected = Reason.NONE if used + bolus <= ceiling else reason
                got = Gate().grant(state, order, view, windows)
                assert got == expected, (used, bolus, ceiling, got)
                _check_closed(lambda o, v, w=windows: Gate().grant(state, o, v, w), order, view)


def check_count(ask, place, least_refused, reason):
    """place(order, view, value): refused with the reason from `least_refused` on, permitted below. ask(order, view) -> reason."""
    for value in around(least_refused):
        order, view = running()
        place(order, view, value)
        order.seal()
        expected = Reason.NONE if value < least_refused else reason
        assert ask(order, view) == expected, (value, least_refused)
        _check_closed(ask, order, view)


def _check_closed(ask, order, view):
    """Whatever this limit says: while something else refuses, the answer is that refusal."""
    for close, reason in CLOSERS:
        kept = (order.valid, view.memory_ok, view.fault_mask, view.active_mask, view.state)
        close(order, view)
        order.seal()
        assert ask(order, view) == reason, reason
        order.valid, view.memory_ok, view.fault_mask, view.active_mask, view.state = kept
        view.witnesses = True
        order.seal()
