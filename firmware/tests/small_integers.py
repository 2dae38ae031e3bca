"""The firmware's own frame with the heap locked, at the largest numbers it can meet. Run on MicroPython by test_host_32_bit.py.

On a 32-bit chip an integer of more than 31 bits is an object on the heap: with the heap locked it is a MemoryError.
"""

from micropython import heap_lock, heap_unlock

from firmware.safety import limits
from firmware.tests.pure_pump import PurePump, prescription
from shared import alarm_table as alarm
from shared.codes import Key, State

PL_PER_STEP = 3_562  # the smallest step: the largest counts
FRAMES = 400
# A litre is nearly given, in nearly the longest time.
LATE_STEPS = limits.MAX_VOLUME_NL * 1_000 // PL_PER_STEP - 4 * FRAMES * limits.MAX_STEPS_PER_FRAME
LATE_FRAMES = limits.MAX_MINUTES * limits.FRAMES_PER_MINUTE - 10 * FRAMES


def lasting(rate_nl_h, **changed):
    """A prescription of the largest volumes at this rate."""
    terms = {
        "segments": [[0, rate_nl_h]],
        "max_hour_nl": limits.MAX_RATE_NL_H,
        "max_4h_nl": limits.MAX_VOLUME_NL,
        "max_day_nl": limits.MAX_VOLUME_NL,
        "vtbi_nl": limits.MAX_VOLUME_NL,
        "bag_nl": limits.MAX_VOLUME_NL,
        "max_minutes": limits.MAX_MINUTES,
        "min_minutes": 1,
        "bolus_rate_nl_h": max(rate_nl_h, 20_000_000),
        "clinician_bolus_nl": 0,
        "clinician_bolus_minutes": 0,
        "kvo_rate_nl_h": 0,
        "kvo_minutes": 0,
    }
    terms.update(changed)
    return prescription(**terms)


class LatePump(PurePump):
    """Near the end of the largest infusion. Its frames run with the heap locked."""

    def __init__(self, fields):
        PurePump.__init__(self)
        self.settings.pl_per_step = PL_PER_STEP
        self.power_on()
        self.prescribe(fields)
        self.pump.session.resume(1, LATE_STEPS, LATE_STEPS, LATE_FRAMES)
        self.keeper.reserve(LATE_STEPS, self.pump.session)
        self.late()

    def late(self):
        """The dose memory has to agree."""
        ring = self.keeper._ring
        ring.done_steps = ring.reserved_steps = LATE_STEPS

    def frame(self, frames=1):
        for _ in range(frames):
            self.frames += 1
            self.board.clock.seconds = self.frames // 10
            heap_lock()
            try:
                self.executive.frame(1)
            finally:
                heap_unlock()
            self.slices.run(self.frames * 100)


def test_every_rate_delivers_late_in_the_longest_infusion():
    for rate_nl_h in (limits.MIN_RATE_NL_H, 1_000_000, 50_000_000, 90_000_000):
        late = LatePump(lasting(rate_nl_h))
        late.start()
        before = late.steps
        late.frame(FRAMES)
        due = FRAMES * rate_nl_h // (limits.NL_H_PER_PL_STEP * PL_PER_STEP)
        assert -1 <= late.steps - before - due <= 1, (rate_nl_h, late.steps - before, due)
        assert late.pump.faults.latched == 0 and late.state == State.RUNNING
        assert late.pump.session.done_steps < 1 << 30


def test_a_bolus_runs_late_and_is_refused_in_its_lockout():
    late = LatePump(lasting(1_000_000, max_bolus_nl=100_000))
    late.start()
    late.tap(Key.PENDANT)
    assert late.state == State.BOLUS
    late.frame(200)
    assert late.state == State.RUNNING
    late.tap(Key.PENDANT)
    assert late.alarmed(alarm.BOLUS_REFUSED)


def test_alarms_rise_are_shown_and_are_acknowledged():
    late = LatePump(lasting(50_000_000))
    late.start()
    late.board.downstream.base_pa = limits.MAX_OCCLUSION_PA
    late.frame(5)
    assert late.alarmed(alarm.DOWNSTREAM_OCCLUSION) and not late.moves()
    late.settle()
    late.tap(Key.SILENCE)
    late.tap(Key.OK)
    late.board.downstream.base_pa = 0
    late.frame(5)
    assert late.pump.conditions.active == 0
    late.board.air.liquid = False
    late.start()
    late.frame(60)
    assert late.alarmed(alarm.AIR_IN_LINE) and late.state == State.ALARM


def test_faults_are_latched_and_journalled():
    late = LatePump(lasting(20_000_000))
    late.start()
    late.board.encoder.stuck = True
    late.frame(30)
    assert late.state == State.FAULT and late.alarmed(alarm.MOTOR_FAULT)
    late.board.display.ok = False
    late.frame(20)


def test_lock_is_a_lock():
    heap_lock()
    try:
        bytearray(64)
        locked = False
    except MemoryError:
        locked = True
    finally:
        heap_unlock()
    assert locked
