"""From the pump's state to the panel's model. Outside the frame; the pump is read, never changed."""

from firmware.safety import limits
from firmware.therapy.prescription import volume_nl_of
from shared.codes import DELIVERING_MASK, State
from shared.drug_profiles import LIBRARY_VERSION

_FRAMES_PER_HOUR = 60 * limits.FRAMES_PER_MINUTE


def fill(model, pump, linked: bool):
    """Fill `model` (panel.model.Model) from `pump`. linked: a hub listens."""
    delivery, session, programme = pump.delivery, pump.session, pump.programme
    model.state = delivery.state
    model.version = pump.rx_version if pump.order.valid else 0
    model.rate_nl_h = delivery.rate_nl_h()
    model.programmed_nl_h = programme.rate_nl_h(State.RUNNING, session.frames)
    model.given_nl = pump.given_nl()[1]
    model.left_nl = max(0, pump.left_nl())
    model.linked = linked
    gauge = pump.board.gauge
    model.battery_permille = gauge.permille if gauge.valid else None
    model.battery_minutes = pump.power.minutes_left
    model.firmware_version = pump.firmware_version
    model.library_version = LIBRARY_VERSION
    _fill_times(model, pump)
    _fill_boluses(model, pump)
    _fill_alarm(model, pump.conditions)
    model.pending = pump.pending.fields if pump.pending is not None else None
    model.page = pump.confirming.page
    model.pages = pump.confirming.pages
    model.page_read = pump.confirming.page_read()
    model.all_pages_seen = pump.confirming.all_seen()


def _fill_times(model, pump):
    session, programme = pump.session, pump.programme
    model.minutes_left = -1
    model.next_rate_nl_h = 0
    model.next_minutes = 0
    if not pump.order.valid:
        return
    rate_nl_h = model.rate_nl_h if model.rate_nl_h else model.programmed_nl_h
    left_frames = max(0, pump.order.max_frames - session.frames)
    if rate_nl_h:
        left_frames = min(left_frames, model.left_nl * _FRAMES_PER_HOUR // rate_nl_h)
    model.minutes_left = left_frames // limits.FRAMES_PER_MINUTE
    following = programme.segment_at(session.frames) + 1
    if following < programme.segment_count:
        model.next_rate_nl_h = programme.rates[following]
        frames = max(0, programme.starts[following] - session.frames)
        model.next_minutes = -(-frames // limits.FRAMES_PER_MINUTE)


def _fill_boluses(model, pump):
    course, order, programme = pump.course, pump.order, pump.programme
    state = pump.delivery.state
    pl_per_step = programme.pl_per_step
    phase = DELIVERING_MASK >> state & 1 and state != State.RUNNING
    model.phase_given_nl = volume_nl_of(course.given[state], pl_per_step) if phase else 0
    budget = limits.PRIME_STEPS if state == State.PRIMING else order.phase_steps[state]
    model.phase_nl = volume_nl_of(budget, pl_per_step) if phase else 0
    model.lockout_s = course.lockout_s
    model.boluses_left = -1
    if programme.prescribed(State.BOLUS):
        model.boluses_left = max(0, order.max_boluses - course.boluses)
    model.clinician_nl = volume_nl_of(order.phase_steps[State.CLINICIAN_BOLUS], pl_per_step)
    clinician_nl_h = programme.rate_nl_h(State.CLINICIAN_BOLUS, 0)
    model.clinician_minutes = 0
    if clinician_nl_h:
        # To the nearest minute: the rate was rounded up from volume and time.
        model.clinician_minutes = (model.clinician_nl * 60 + clinician_nl_h // 2) // clinician_nl_h


def _fill_alarm(model, conditions):
    shown = conditions.shown()
    model.alarm_id = shown
    bit = 1 << shown if shown >= 0 else 0
    model.seen = conditions.seen & bit != 0
    model.cause = conditions.cause & bit != 0
    model.silenced = conditions.silence_frames > 0
    model.active_mask = conditions.active
    model.priority = conditions.priority(shown) if shown >= 0 else 0
    model.lit_priority = conditions.lit_priority()
