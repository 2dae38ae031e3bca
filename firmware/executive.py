"""The frame: one loop, one period of 100 ms, the same steps in the same order.

    sense → judge → decide → permit → actuate → annunciate        allocates nothing, small integers only
    → slices: dose memory, journal, link, panel                   may allocate; each does a little and comes back

`frame` fits on a screen on purpose. sense and judge: senses.py. What a key does: actions.py. The rest stands below.
"""

from firmware.actions import Actions
from firmware.panel.keypad import Keypad
from firmware.safety import faults, liveness
from firmware.senses import Senses
from shared import alarm_table as alarm
from shared.codes import DELIVERING_MASK, Event, Key, Reason, State

DOSE_MEMORY_FRAMES = 5  # refusals for want of a reservation before it is a storage fault

_FAULT_OF_REFUSAL = {
    Reason.STEP_CEILING: faults.STEP_NOT_ALIVE,
    Reason.MEMORY: faults.MEMORY,
}
_LIMIT_REASONS = (
    Reason.HOUR_LIMIT_REACHED,
    Reason.FOUR_HOUR_LIMIT_REACHED,
    Reason.DAY_LIMIT_REACHED,
)


class Executive:
    """board: drivers (boards/). pump: state (pump.py)."""

    def __init__(self, board, pump):
        self.board = board
        self.pump = pump
        self.keypad = Keypad()
        self.senses = Senses(board, pump)
        self.actions = Actions(board, pump, self.keypad)
        self.frame_no = 0
        self._unreserved_frames = 0

    def frame(self, frames: int):
        """One frame. frames: how many periods have passed since the last call, normally 1."""
        alive = self.pump.liveness
        frames = self.senses.clock.passed(frames)
        self.sense()
        alive.here(liveness.SENSE)
        self.judge(frames)
        alive.here(liveness.JUDGE)
        wanted = self.decide(frames)
        alive.here(liveness.DECIDE)
        permit = self.pump.gate.permit(wanted, self.pump.order, self.pump.view)
        alive.here(liveness.PERMIT)
        self.actuate(permit, wanted, frames)
        alive.here(liveness.ACTUATE)
        self.annunciate(frames)
        alive.here(liveness.ANNUNCIATE)
        if alive.complete():
            self.board.watchdog.feed()
        else:
            self.pump.faults.latch(faults.STEP_NOT_ALIVE, alive.misses)
        self.frame_no += frames

    # --- the steps, in order -------------------------------------------------------------------------------------------------

    def sense(self):
        """Read every witness once."""
        self.senses.sense(self.frame_no)

    def judge(self, frames):
        """Evidence to conditions; conditions to states."""
        pump = self.pump
        if not (pump.intact() and pump.order.intact()):
            # Before anything is worked out from them.
            pump.faults.latch(faults.MEMORY, self.frame_no)
            pump.change_state(State.FAULT, pump.faults.stopping)
        self.senses.judge(frames, self.frame_no)
        pump.windows.tick(frames)
        pump.course.tick(frames)
        pump.note_near_limit()
        if pump.faults.stopping:
            pump.change_state(State.FAULT, pump.faults.stopping)
        elif pump.delivery.delivers() and pump.must_halt():
            pump.halt()

    def decide(self, frames):
        """Keys first, then what the therapy wants."""
        board, pump, delivery = self.board, self.pump, self.pump.delivery
        buttons, keypad = board.buttons, self.keypad
        if buttons.pressed & (1 << Key.STOP):
            pump.started.withdrawn()
        action = keypad.judge(
            buttons.pressed,
            buttons.mask,
            delivery.state,
            pump.waiting_alarm(),
            pump.drawn_alarm,
            frames,
        )
        self.actions.do(action)
        if delivery.state == State.CONFIRMING:
            self._confirm(frames)
        elif delivery.state == State.PRIMING:
            ok_held = keypad.prime_confirmed and buttons.mask & (1 << Key.OK) != 0
            pump.prime(ok_held)
        pump.view.prime_confirmed = keypad.prime_confirmed
        segment = delivery.segment
        wanted = delivery.want(frames, board.motor.prepared(delivery.floor_steps()))
        if delivery.segment != segment:
            pump.events.note(Event.SEGMENT_BEGUN, delivery.segment, delivery.rate_nl_h(), 0)
        pump.refresh_view()
        return wanted

    def _confirm(self, frames):
        # An alarm that nobody has seen covers the pages of a prescription, and the child lock holds: no key but STOP speaks about them.
        pump, buttons = self.pump, self.board.buttons
        opened = self.keypad.confirming_open
        pump.confirming.judge(
            opened and buttons.pressed & (1 << Key.UP) != 0,
            opened and buttons.pressed & (1 << Key.DOWN) != 0,
            buttons.pressed & (1 << Key.STOP) != 0,
            opened and buttons.pressed & (1 << Key.OK) != 0,
            opened and buttons.mask & (1 << Key.OK) != 0,
            pump.drawn_page,
            pump.delivery.frames_in_state,
            frames,
        )

    def actuate(self, permit, wanted, frames):
        """Move, or stand. A permit that gives less than was wanted has a reason, and the reason becomes an alarm."""
        board, pump = self.board, self.pump
        state = pump.delivery.state
        if DELIVERING_MASK >> state & 1:
            board.motor.enable()
        else:
            board.motor.disable()
        # A latched fault lets the motor's power go in hardware: a driver that turns by itself does not ask for a permit.
        if pump.liveness.ready_to_move() and not pump.faults.stopping:
            board.deadman.toggle()
        steps = permit.steps
        if steps and not board.motor.step(permit):
            steps = 0
            pump.faults.latch(faults.MOTOR_DISAGREES, wanted)
        pump.last_steps = steps
        self.senses.made(steps, state)
        pump.count(steps, state, frames)
        if permit.reason and wanted:
            self._take_refusal(permit.reason, wanted)
        elif steps:
            self._unreserved_frames = 0

    def _take_refusal(self, reason, wanted):
        pump = self.pump
        if reason == Reason.PHASE_SPENT:
            pump.end_phase(reason)
        elif reason == Reason.VTBI_REACHED:
            pump.events.note(Event.DELIVERY_COMPLETE, pump.session.done_steps, 0, 0)
            pump.change_state(State.COMPLETE, reason)
            pump.try_kvo(reason)
        elif reason in _LIMIT_REASONS:
            pump.events.note(Event.LIMIT_REFUSED, reason, wanted, 0)
            pump.conditions.hold(alarm.DOSE_LIMIT, True, reason)
            pump.change_state(State.ALARM, reason)
            pump.try_kvo(reason)
        elif reason == Reason.DOSE_MEMORY:
            if not self._unreserved_frames:
                pump.events.note(Event.LIMIT_REFUSED, reason, wanted, 0)
            self._unreserved_frames += 1
            if self._unreserved_frames >= DOSE_MEMORY_FRAMES:
                pump.faults.latch(faults.DOSE_MEMORY, wanted)
        elif reason in _FAULT_OF_REFUSAL:
            pump.faults.latch(_FAULT_OF_REFUSAL[reason], wanted)

    def annunciate(self, frames):
        """Sound and light in the same frame in which the condition was seen."""
        conditions = self.pump.conditions
        self.pump.annunciator.play(
            conditions.sounding_priority(), conditions.lit_priority(), not self.board.display.ok
        )
