"""A checked prescription in the pump's own units: steps and frames. Everything rounds towards less.

Called outside the frame, when a prescription becomes active or is loaded at boot; wide integers are allowed here.
"""

from firmware.safety import limits


class Programme:
    """The running prescription as the frame needs it.

    rate_nl_h: programmed basal. carry_unit: nL/h that make one step a frame. trains: the two step counts a frame can have.
    """

    def __init__(self):
        self.clear()

    def clear(self):
        self.version = 0
        self.rate_nl_h = 0
        self.carry_unit = limits.NL_H_PER_PL_STEP * 3750
        self.floor_steps = 0
        self.occlusion_pa = 0
        self.vtbi_nl = 0
        self.near_end_steps = 0
        self.pl_per_step = 3750


def steps_of(volume_nl: int, pl_per_step: int) -> int:
    """Whole steps that fit into a volume. Rounds down: a limit never grows by rounding."""
    return volume_nl * 1000 // pl_per_step


def volume_nl_of(steps: int, pl_per_step: int) -> int:
    """Volume of some steps in nL, rounded to nearest."""
    return (steps * pl_per_step + 500) // 1000


def load(fields: dict, version: int, pl_per_step: int, programme: Programme, order) -> bool:
    """Fill `programme` and the gate's `order` from a prescription that `shared.prescription` has decoded and `shared.drug_library` has passed.

    Returns False, and leaves both empty, if anything is outside the code-level limits of `firmware.safety.limits` (SR-031).
    """
    programme.clear()
    order.clear()
    rate_nl_h = fields["segments"][0][1]
    if not limits.MIN_RATE_NL_H <= rate_nl_h <= limits.MAX_RATE_NL_H:
        return False
    if not limits.MIN_OCCLUSION_PA <= fields["occlusion_pa"] <= limits.MAX_OCCLUSION_PA:
        return False
    carry_unit = limits.NL_H_PER_PL_STEP * pl_per_step
    floor_steps = rate_nl_h // carry_unit
    if floor_steps + 1 > limits.MAX_STEPS_PER_FRAME:
        return False
    programme.version = version
    programme.rate_nl_h = rate_nl_h
    programme.carry_unit = carry_unit
    programme.floor_steps = floor_steps
    programme.occlusion_pa = fields["occlusion_pa"]
    programme.vtbi_nl = fields["vtbi_nl"]
    programme.pl_per_step = pl_per_step
    vtbi_steps = steps_of(fields["vtbi_nl"], pl_per_step)
    half_hour_steps = rate_nl_h * 500 // pl_per_step
    # A short infusion has its warning in the last tenth, not from the start.
    programme.near_end_steps = vtbi_steps - min(half_hour_steps, vtbi_steps // 10)
    order.max_steps_frame = floor_steps + 1
    order.hour_steps = steps_of(fields["max_hour_nl"], pl_per_step)
    order.day_steps = steps_of(fields["max_day_nl"], pl_per_step)
    order.vtbi_steps = vtbi_steps
    order.max_frames = fields["max_minutes"] * limits.FRAMES_PER_MINUTE
    order.valid = True
    return True
