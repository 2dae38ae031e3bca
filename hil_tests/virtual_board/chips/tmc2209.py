"""TMC2209 stepper driver in STEP/DIR mode, 16 microsteps set by its pins. Source: Trinamic data sheet rev 1.09.

One microstep a rising STEP edge while EN is low and the motor has supply. EN has a pull-up, so an undriven pin is off. DIAG is the stall flag of the senses.
"""

import lockstep
from words import FLAG_MOTOR_POWERED, FLAG_MOTOR_SUPPLIED, REQ_FLAGS, REQ_STEPS


class TMC2209:
    def __init__(self, deadman):
        self._deadman = deadman
        self._steps = 0
        self.enabled = False
        self.forward = False
        self.pulse_trains = []  # of whatever generates pulses on the STEP pin
        lockstep.reporters.append(self)

    def step_edge(self):
        """A rising STEP edge now."""
        if self.enabled and lockstep.elapsed_us < self._deadman.powered_until_us():
            self._steps += 1 if self.forward else -1

    def run_train(self, train, end_us):
        """Count what a pulse train sends up to `end_us`."""
        supply_us = self._deadman.powered_until_us() if self.enabled else 0
        rises = train.run(end_us, supply_us)
        self._steps += rises if self.forward else -rises

    def report(self, request, end_us):
        for train in self.pulse_trains:
            self.run_train(train, end_us)
        request[REQ_STEPS] = self._steps
        self._steps = 0
        if end_us < self._deadman.powered_until_us():
            request[REQ_FLAGS] |= FLAG_MOTOR_SUPPLIED
            if self.enabled:
                request[REQ_FLAGS] |= FLAG_MOTOR_POWERED
