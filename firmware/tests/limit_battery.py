"""One battery of boundary tests that every ceiling of the gate inherits: dense at the edge, both sides, both permission states."""

from firmware.safety.gate import Gate, Order, View
from shared.codes import Reason, State


def running(order=None, view=None):
    """An order and a view in which every ceiling is far away: delivery is permitted."""
    order = Order() if order is None else order
    view = View() if view is None else view
    order.valid = True
    order.max_steps_frame = 741
    order.hour_steps = 500_000_000
    order.day_steps = 500_000_000
    order.vtbi_steps = 500_000_000
    order.max_frames = 1_000_000
    view.state = State.RUNNING
    view.witnesses = True
    view.reserved_steps = 1_000_000_000
    return order, view


def check_ceiling(set_ceiling, set_used, ceiling, reason):
    """set_ceiling(order, view, value), set_used(order, view, value) place the limit and what is used of it; a request fills the rest.

    Permitted: used + wanted <= ceiling, all of it. Refused: one more, none of it, with the reason. Not running: always refused.
    """
    tried = 0
    for used in (
        0,
        1,
        ceiling // 2,
        ceiling - 741,
        ceiling - 8,
        ceiling - 2,
        ceiling - 1,
        ceiling,
    ):
        for over in (-2, -1, 0, 1, 2, 100):
            wanted = ceiling - used + over
            if not 0 < wanted <= 741 or used < 0:
                continue
            order, view = running()
            set_ceiling(order, view, ceiling)
            set_used(order, view, used)
            permit = Gate().permit(wanted, order, view)
            if over <= 0:
                assert (permit.steps, permit.reason) == (wanted, Reason.NONE), (used, wanted)
            else:
                assert (permit.steps, permit.reason) == (0, reason), (used, wanted)
            for state in (State.STOPPED, State.PAUSED, State.ALARM, State.COMPLETE, State.FAULT):
                view.state = state
                assert Gate().permit(wanted, order, view).steps == 0, state
            tried += 1
    assert tried > 10, tried
