"""A checked prescription becomes numbers of the pump: steps and frames for the therapy (`Programme`) and for the gate (`Order`). Everything rounds
towards less.

Called outside the frame, when a prescription becomes active or is loaded at boot; wide integers are allowed here.
"""

from array import array

from firmware.safety import limits
from firmware.therapy import admission
from firmware.therapy.programme import Programme, steps_a_minute
from shared.codes import State


def steps_of(volume_nl: int, pl_per_step: int) -> int:
    """Whole steps that fit into a volume. Rounds down: a limit never grows by rounding."""
    return volume_nl * 1000 // pl_per_step


def volume_nl_of(steps: int, pl_per_step: int) -> int:
    """Volume of some steps in nL, rounded to nearest."""
    return (steps * pl_per_step + 500) // 1000


def load(fields: dict, version: int, pl_per_step: int, programme: Programme, order) -> bool:
    """Fill `programme` and the gate's `order` (firmware.safety.gate.Order) from a prescription, and seal both.

    fields: by name, decoded by `shared.prescription` and passed by `shared.drug_library`. version: of the prescription. pl_per_step: of this cassette.
    Returns False, and leaves both empty, if anything is outside the code-level limits (SR-031): `admission`, a rate that needs more steps than a frame
    may have, or a phase that is over before its first frame.
    """
    programme.clear()
    order.clear()
    if type(version) is not int or type(pl_per_step) is not int:
        return False
    if not limits.MIN_PL_PER_STEP <= pl_per_step <= limits.MAX_PL_PER_STEP:
        return False
    if not admission.allowed(fields):
        return False
    _fill_programme(programme, fields, version, pl_per_step)
    _fill_order(order, fields, programme)
    if programme.max_floor_steps >= limits.MAX_STEPS_PER_FRAME or not _phases_last(order):
        programme.clear()
        order.clear()
        return False
    programme.seal()
    order.valid = True
    order.seal()
    return True


def _fill_programme(programme, fields, version, pl_per_step):
    unit = limits.NL_H_PER_PL_STEP * pl_per_step
    segments = fields["segments"]
    frames_per_minute = limits.FRAMES_PER_MINUTE
    programme.version = version
    programme.pl_per_step = pl_per_step
    programme.carry_unit = unit
    programme.starts = array("i", [segment[0] * frames_per_minute for segment in segments])
    programme.rates = array("i", [segment[1] for segment in segments])
    programme.segment_count = len(segments)
    rate_of = programme.rate_of
    rate_of[State.BOLUS] = fields["bolus_rate_nl_h"]
    rate_of[State.LOADING] = fields["load_rate_nl_h"]
    rate_of[State.CLINICIAN_BOLUS] = admission.clinician_rate_nl_h(fields)
    rate_of[State.KVO] = fields["kvo_rate_nl_h"]
    rate_of[State.PRIMING] = min(limits.PRIME_RATE_NL_H, limits.PRIME_STEPS_PER_FRAME * unit)
    fastest_basal = max(programme.rates)
    programme.max_floor_steps = max(fastest_basal, max(rate_of)) // unit
    programme.occlusion_pa = fields["occlusion_pa"]
    programme.vtbi_nl = fields["vtbi_nl"]
    vtbi_steps = steps_of(fields["vtbi_nl"], pl_per_step)
    max_frames = fields["max_minutes"] * frames_per_minute
    half_hour_steps = fastest_basal * limits.NEAR_END_FRAMES // unit
    # A short infusion has its warning in the last tenth, not from the start.
    programme.near_end_steps = vtbi_steps - min(half_hour_steps, vtbi_steps // 10)
    programme.near_end_frames = max_frames - min(limits.NEAR_END_FRAMES, max_frames // 10)
    programme.bag_steps = steps_of(fields["bag_nl"], pl_per_step)
    larger_bolus_nl = max(fields["max_bolus_nl"], fields["clinician_bolus_nl"])
    programme.bolus_steps = steps_of(larger_bolus_nl, pl_per_step)
    programme.lockout_frames = fields["lockout_s"] * limits.FRAMES_PER_SECOND


def _fill_order(order, fields, programme):
    unit, pl_per_step = programme.carry_unit, programme.pl_per_step
    fastest_basal = max(programme.rates)
    for state in range(len(programme.rate_of)):
        order.frame_steps[state] = _steps_in_frame(programme.rate_of[state], unit)
    order.frame_steps[State.RUNNING] = _steps_in_frame(fastest_basal, unit)
    budgets = order.phase_steps
    budgets[State.BOLUS] = steps_of(fields["max_bolus_nl"], pl_per_step)
    budgets[State.LOADING] = steps_of(fields["load_nl"], pl_per_step)
    budgets[State.CLINICIAN_BOLUS] = steps_of(fields["clinician_bolus_nl"], pl_per_step)
    kvo_frames = fields["kvo_minutes"] * limits.FRAMES_PER_MINUTE
    budgets[State.KVO] = fields["kvo_rate_nl_h"] * kvo_frames // unit
    budgets[State.PRIMING] = min(limits.PRIME_STEPS, steps_of(limits.PRIME_NL, pl_per_step))
    order.vtbi_steps = steps_of(fields["vtbi_nl"], pl_per_step)
    order.hour_steps = steps_of(fields["max_hour_nl"], pl_per_step)
    order.four_hour_steps = steps_of(fields["max_4h_nl"], pl_per_step)
    order.day_steps = steps_of(fields["max_day_nl"], pl_per_step)
    order.max_frames = fields["max_minutes"] * limits.FRAMES_PER_MINUTE
    order.lockout_frames = programme.lockout_frames
    order.max_boluses = fields["max_boluses"]
    order.basal_steps_minute = steps_a_minute(fastest_basal, unit)


def _steps_in_frame(rate_nl_h, unit):
    """The most steps that a frame can have at this rate: what is carried over is less than one step."""
    return -(-rate_nl_h // unit)


def _phases_last(order):
    """Whether each phase has at least the steps of one frame. A budget of nothing would read as "no budget"."""
    states = [state for state in range(len(order.phase_steps)) if state != State.RUNNING]
    return all(order.phase_steps[state] >= order.frame_steps[state] for state in states)
