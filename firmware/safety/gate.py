"""The only maker of a permit: the one door between everything that wants flow and the motor.

Every frame passes here, whatever was decided before. A missing input is a refusal. A limit is never clipped in silence: when fewer
steps are permitted than were asked for, the permit says why, and the executive turns that reason into an alarm and an event.
"""

from firmware.safety import interlocks, limits
from firmware.safety.permit import Permit
from shared.codes import Reason, State


class Order:
    """What the gate knows of the active prescription, in steps. Filled outside the frame by `therapy.prescription`, zero = nothing allowed.

    max_steps_frame: ceiling of a frame at the programmed rate (floor + 1). hour_steps, day_steps: rolling limits.
    vtbi_steps: volume to be infused. max_frames: longest duration.
    """

    def __init__(self):
        self.clear()

    def clear(self):
        self.valid = False
        self.max_steps_frame = 0
        self.hour_steps = 0
        self.day_steps = 0
        self.vtbi_steps = 0
        self.max_frames = 0


class View:
    """What the gate judges by, gathered each frame by the executive. Every field starts at the refusing value."""

    def __init__(self):
        self.state = State.STOPPED
        self.active_mask = 0
        self.fault_mask = 0
        self.witnesses = (
            False  # encoder and both pressures read in this frame or within the allowed silence
        )
        self.delivered_steps = 0  # of this session, the most that can have been given
        self.delivered_frames = 0  # frames with delivery in this session
        self.hour_steps = 0  # in the last rolling hour, all flow
        self.day_steps = 0
        self.reserved_steps = 0  # the dose memory has promised to remember up to here


class Gate:
    """`permit` is the only place where a Permit gets steps."""

    def __init__(self):
        self._permit = Permit()
        self.refusals = 0

    def permit(self, wanted_steps: int, order: Order, view: View) -> Permit:
        """Permit all of `wanted_steps` or none of them. In the frame: integers only, allocates nothing.

        All or nothing, because half a request is a clipped limit. The caller asks frame by frame, so that
        the last frame before a limit is refused whole: an error of at most 741 steps (2.8 uL), on the safe side.
        """
        permit = self._permit
        reason = self._refusal(wanted_steps, order, view)
        if reason:
            permit.steps = 0
            if wanted_steps:
                self.refusals += 1
        else:
            permit.steps = wanted_steps
        permit.reason = reason
        permit.fresh = True
        return permit

    def _refusal(self, wanted, order, view):
        # Order is precedence: the first reason that holds is the one that is told.
        if type(wanted) is not int or wanted < 0 or wanted > limits.MAX_STEPS_PER_FRAME:
            return Reason.STEP_CEILING
        if not order.valid:
            return Reason.NO_PRESCRIPTION
        if view.fault_mask or interlocks.stops(view.active_mask):
            return Reason.INTERLOCK
        if view.state != State.RUNNING:
            return Reason.NOT_RUNNING
        if not view.witnesses:
            return Reason.NO_WITNESS
        if wanted > order.max_steps_frame:
            return Reason.STEP_CEILING
        if view.delivered_steps + wanted > order.vtbi_steps:
            return Reason.VTBI_REACHED
        if view.delivered_frames >= order.max_frames:
            return Reason.VTBI_REACHED
        if view.hour_steps + wanted > order.hour_steps:
            return Reason.HOUR_LIMIT_REACHED
        if view.day_steps + wanted > order.day_steps:
            return Reason.DAY_LIMIT_REACHED
        if view.delivered_steps + wanted > view.reserved_steps:
            return Reason.DOSE_MEMORY
        return Reason.NONE
