"""The one thing the motor driver accepts.

Only `firmware.safety.gate` makes a permit. There is one object, reused each frame so that the frame allocates nothing;
`fresh` makes it good for a single use.
"""


class Permit:
    """Leave to make `steps` microsteps once.

    steps: 0 to limits.MAX_STEPS_PER_FRAME, forward: there is no permit to drive the roller backwards (SR-040).
    reason: shared.codes.Reason, why steps are fewer than asked for; 0 if they are not. fresh: not yet used by the motor.
    """

    def __init__(self):
        self.steps = 0
        self.reason = 0
        self.fresh = False
