"""The frame: one loop, one period of 100 ms, the same steps in the same order.

    sense → judge → decide → permit → actuate → annunciate        allocates nothing, small integers only
    → slices: dose memory, journal, link, panel                   may allocate; each does a little and comes back

`frame` fits on a screen on purpose. What a step does stands in the step's own method below it.
"""

from firmware.safety import faults, limits, liveness
from shared import alarm_table as alarm
from shared.codes import Event, Key, Reason, State

# The fuel gauge renews its reading four times a second at most; once a second is enough.
GAUGE_EVERY = 10
DOSE_MEMORY_FRAMES = 5  # refusals for want of a reservation before it is a storage fault

_LIMIT_REASONS = (Reason.HOUR_LIMIT_REACHED, Reason.DAY_LIMIT_REACHED)


class Executive:
    """board: drivers (boards/). pump: state (pump.py)."""

    def __init__(self, board, pump):
        self.board = board
        self.pump = pump
        self.frame_no = 0
        self._made_steps = 0  # by the last frame: what the encoder must show in this one
        self._unreserved_frames = 0
        self._silent_encoder = 0
        self._silent_downstream = 0
        self._silent_upstream = 0
        self._silent_gauge = 0

    def frame(self, frames: int):
        """One frame. frames: how many periods have passed since the last call, normally 1."""
        alive = self.pump.liveness
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
        elif self.pump.faults.latch(faults.STEP_NOT_ALIVE, alive.misses):
            self.pump.note_fault(faults.STEP_NOT_ALIVE)
        self.frame_no += frames

    # --- the steps, in order -------------------------------------------------------------------------------------------------

    def sense(self):
        """Read every witness once. A device that does not answer is counted, never believed."""
        board = self.board
        board.encoder.sample()
        board.downstream.sample()
        board.upstream.sample()
        board.air.sample()
        board.buttons.sample()
        if self.frame_no % GAUGE_EVERY == 0:
            board.gauge.sample()
            self._silent_gauge = 0 if board.gauge.valid else self._silent_gauge + 1
        self._silent_encoder = 0 if board.encoder.valid else self._silent_encoder + 1
        self._silent_downstream = 0 if board.downstream.valid else self._silent_downstream + 1
        self._silent_upstream = 0 if board.upstream.valid else self._silent_upstream + 1

    def judge(self, frames):
        """Evidence to conditions."""
        board, pump, conditions = self.board, self.pump, self.pump.conditions
        if board.encoder.valid:
            fault = pump.monitor.judge(
                board.encoder.delta, self._made_steps, board.buttons.mask & (1 << Key.STOP) != 0
            )
            self._made_steps = 0
            if fault >= 0:
                pump.note_fault(fault)
        if board.motor.stalled() and pump.faults.latch(faults.MOTOR_STALLED, self.frame_no):
            pump.note_fault(faults.MOTOR_STALLED)
        if board.downstream.valid and board.upstream.valid:
            pump.occlusion.judge(
                board.downstream.pressure_pa,
                board.upstream.pressure_pa,
                pump.programme.occlusion_pa,
            )
        pump.air.judge(board.air.wet, pump.last_steps)
        if board.gauge.valid:
            pump.power.judge(board.gauge.permille)
        else:
            pump.power.silent(self._silent_gauge)
        self._hold_conditions(frames)
        conditions.tick(frames)
        view = pump.view
        silent = limits.SENSOR_SILENT_FRAMES
        view.witnesses = (
            self._silent_encoder < silent
            and self._silent_downstream < silent
            and self._silent_upstream < silent
        )

    def _hold_conditions(self, frames):
        board, pump = self.board, self.pump
        conditions = (
            pump.conditions
        )  # not its method: a method taken by itself is an object of its own
        silent = limits.SENSOR_SILENT_FRAMES
        delivery = pump.delivery
        running = delivery.state == State.RUNNING
        conditions.hold(
            alarm.DOWNSTREAM_OCCLUSION, pump.occlusion.downstream, board.downstream.pressure_pa
        )
        conditions.hold(
            alarm.UPSTREAM_OCCLUSION, pump.occlusion.upstream, board.upstream.pressure_pa
        )
        conditions.hold(alarm.AIR_IN_LINE, pump.air.air, pump.air.bubble_steps)
        conditions.hold(alarm.BATTERY_LOW, pump.power.low, board.gauge.permille)
        conditions.hold(alarm.BATTERY_DEPLETED, pump.power.depleted, board.gauge.permille)
        conditions.hold(
            alarm.SENSOR_FAULT,
            self._silent_encoder >= silent
            or self._silent_downstream >= silent
            or self._silent_upstream >= silent,
            self.frame_no,
        )
        latched = pump.faults.latched
        conditions.hold(alarm.MOTOR_FAULT, latched & pump.MOTOR_FAULTS != 0, latched)
        conditions.hold(alarm.STORAGE_FAULT, latched & pump.STORAGE_FAULTS != 0, latched)
        conditions.hold(alarm.SYSTEM_FAULT, latched & pump.SYSTEM_FAULTS != 0, latched)
        conditions.hold(
            alarm.INFUSION_COMPLETE, delivery.state == State.COMPLETE, pump.session.done_steps
        )
        conditions.hold(alarm.DOSE_LIMIT, False, 0)
        conditions.hold(
            alarm.NEAR_END, running and pump.session.done_steps >= pump.programme.near_end_steps, 0
        )
        conditions.hold(
            alarm.PAUSED_TOO_LONG,
            pump.waits_for_start() and delivery.frames_in_state >= limits.PAUSED_TOO_LONG_FRAMES,
            0,
        )
        conditions.hold(alarm.STUCK_KEY, board.buttons.stuck, board.buttons.mask)
        conditions.hold(alarm.LINK_LOST, pump.link_lost, 0)
        if conditions.active & alarm.HALT_MASK and running:
            pump.change_state(State.ALARM, conditions.shown())
        if latched and delivery.state != State.FAULT:
            pump.change_state(State.FAULT, latched)

    def decide(self, frames):
        """Keys first, then what the therapy wants."""
        board, pump, delivery = self.board, self.pump, self.pump.delivery
        pressed = board.buttons.pressed
        # An alarm that nobody has seen covers the pages of a prescription: until OK has acknowledged it, no key but STOP speaks about them.
        open_pages = pump.conditions.active & ~pump.conditions.seen == 0
        if pressed:
            self._take_keys(pressed)
        if delivery.state == State.CONFIRMING:
            pump.confirming.judge(
                open_pages and pressed & (1 << Key.UP) != 0,
                open_pages and pressed & (1 << Key.DOWN) != 0,
                pressed & (1 << Key.STOP) != 0,
                open_pages and pressed & (1 << Key.OK) != 0,
                open_pages and board.buttons.mask & (1 << Key.OK) != 0,
                delivery.frames_in_state,
            )
        pump.windows.tick(frames)
        pump.refresh_view()
        return delivery.want(frames)

    def _take_keys(self, pressed):
        pump, delivery, conditions = self.pump, self.pump.delivery, self.pump.conditions
        if pressed & (1 << Key.STOP):
            pump.events.note(Event.STOP_PRESSED, delivery.state, 0, 0)
            if delivery.state == State.RUNNING:
                pump.change_state(State.PAUSED, Key.STOP)
        elif pressed & (1 << Key.START):
            pump.events.note(Event.START_PRESSED, delivery.state, conditions.active, 0)
            before = delivery.state
            # While STOP is down the motor has no power: nothing may be counted as given.
            stop_down = self.board.buttons.mask & (1 << Key.STOP) != 0
            stopped = (
                pump.faults.latched != 0 or conditions.active & alarm.HALT_MASK != 0 or stop_down
            )
            if delivery.start(pump.order.valid, stopped):
                pump.events.note(Event.STATE_CHANGED, before, State.RUNNING, Key.START)
        elif pressed & (1 << Key.SILENCE):
            conditions.silence()
        elif pressed & (1 << Key.OK):
            shown = conditions.shown()
            if shown >= 0:
                conditions.acknowledge(shown)

    def actuate(self, permit, wanted, frames):
        """Move, or stand. A permit that gives less than was wanted has a reason, and the reason becomes an alarm."""
        board, pump = self.board, self.pump
        if pump.delivery.state == State.RUNNING:
            board.motor.enable()
            pump.session.frames += frames
        else:
            board.motor.disable()
        if pump.liveness.ready_to_move():
            board.deadman.toggle()
        steps = permit.steps
        if steps and not board.motor.step(permit):
            steps = 0
            if pump.faults.latch(faults.MOTOR_DISAGREES, wanted):
                pump.note_fault(faults.MOTOR_DISAGREES)
        pump.last_steps = steps
        self._made_steps += steps
        pump.session.done_steps += steps
        pump.windows.add(steps)
        if permit.reason and wanted:
            self._take_refusal(permit.reason, wanted)
        elif steps:
            self._unreserved_frames = 0

    def _take_refusal(self, reason, wanted):
        pump = self.pump
        if reason == Reason.VTBI_REACHED:
            pump.events.note(Event.DELIVERY_COMPLETE, pump.session.done_steps, 0, 0)
            pump.change_state(State.COMPLETE, reason)
        elif reason in _LIMIT_REASONS:
            pump.events.note(Event.LIMIT_REFUSED, reason, wanted, 0)
            pump.conditions.hold(alarm.DOSE_LIMIT, True, reason)
            pump.change_state(State.ALARM, reason)
        elif reason == Reason.DOSE_MEMORY:
            if not self._unreserved_frames:
                pump.events.note(Event.LIMIT_REFUSED, reason, wanted, 0)
            self._unreserved_frames += 1
            if self._unreserved_frames >= DOSE_MEMORY_FRAMES:
                pump.faults.latch(faults.DOSE_MEMORY, wanted)
                pump.note_fault(faults.DOSE_MEMORY)
        elif reason == Reason.STEP_CEILING:
            pump.faults.latch(faults.STEP_NOT_ALIVE, wanted)
            pump.note_fault(faults.STEP_NOT_ALIVE)

    def annunciate(self, frames):
        """Sound and light in the same frame in which the condition was seen."""
        conditions = self.pump.conditions
        self.pump.annunciator.play(conditions.sounding_priority(), conditions.lit_priority())
