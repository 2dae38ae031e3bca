"""First half of the frame: read every witness once, judge it, and say which conditions hold. Allocates nothing.

A device that does not answer is counted, never believed. What a condition does to delivery stands in shared/alarm_table.py, not here.
"""

from firmware.safety import faults, limits, periodic
from firmware.safety.clock import ClockRule
from shared import alarm_table as alarm
from shared.codes import INTO_PATIENT_MASK, Key, Reason, State

# The fuel gauge renews its reading four times a second at most; once a second is enough for it, the skin and the plausibility of what is read.
SLOW_EVERY = 10


class Senses:
    """board: drivers. pump: state. made_steps, made_state: what the motor was told since the encoder was last read."""

    def __init__(self, board, pump):
        self._board = board
        self._pump = pump
        self._made_steps = 0
        self._made_frames = 0
        self._made_state = State.STOPPED
        self._silent_encoder = 0
        self._silent_downstream = 0
        self._silent_upstream = 0
        self._silent_gauge = 0
        self._silent_skin = 0
        self._plausible = periodic.Plausibility(pump.faults)
        self.clock = ClockRule(pump.faults)

    def made(self, steps: int, state: int):
        """The motor was told to make these steps in this state: the encoder has to show them."""
        self._made_steps += steps
        self._made_state = state

    def sense(self, frame_no: int):
        """Read every witness of the safety bus and the pins, once a frame; the slow ones of the panel's bus once a second."""
        board = self._board
        board.encoder.sample()
        board.downstream.sample()
        board.upstream.sample()
        board.air.sample()
        board.buttons.sample()
        board.fittings.sample()
        if frame_no % SLOW_EVERY == 0:
            board.gauge.sample()
            self._silent_gauge = 0 if board.gauge.valid else self._silent_gauge + 1
            board.skin.sample()
            self._silent_skin = 0 if board.skin.valid else self._silent_skin + 1
        self._silent_encoder = 0 if board.encoder.valid else self._silent_encoder + 1
        self._silent_downstream = 0 if board.downstream.valid else self._silent_downstream + 1
        self._silent_upstream = 0 if board.upstream.valid else self._silent_upstream + 1

    def judge(self, frames: int, frame_no: int):
        """Evidence to faults and conditions. frames: that have passed and count."""
        board, pump = self._board, self._pump
        bits = pump.faults
        self._made_frames += frames
        if board.encoder.valid:
            stop_down = board.buttons.mask & (1 << Key.STOP) != 0
            pump.monitor.judge(
                board.encoder.delta,
                self._made_steps,
                stop_down,
                self._made_state,
                self._made_frames,
            )
            self._made_steps = 0
            self._made_frames = 0
        if board.motor.stalled():
            bits.latch(faults.MOTOR_STALLED, frame_no)
        if board.buttons.pendant_broken:
            bits.report(faults.PENDANT, board.buttons.mask, frame_no)
        self._judge_therapy(frames, frame_no)
        if frame_no % SLOW_EVERY == 0:
            self._judge_slow(frame_no)
        bits.journal(pump.events)
        self._hold_conditions()
        pump.conditions.tick(frames)
        silent = limits.SENSOR_SILENT_FRAMES
        pump.view.witnesses = (
            self._silent_encoder < silent
            and self._silent_downstream < silent
            and self._silent_upstream < silent
        )

    def _judge_therapy(self, frames, frame_no):
        board, pump = self._board, self._pump
        state = pump.delivery.state
        if board.downstream.valid and board.upstream.valid:
            pump.occlusion.judge(
                board.downstream.pressure_pa,
                board.upstream.pressure_pa,
                pump.programme.occlusion_pa,
            )
        into_patient = INTO_PATIENT_MASK >> state & 1
        pump.air.judge(board.air.wet, pump.last_steps if into_patient else 0, frames)
        pump.fittings.judge(board.fittings.open_mask, board.fittings.broken_mask, frames)
        if pump.fittings.broken_mask:
            pump.faults.report(faults.FITTING_SWITCH, pump.fittings.broken_mask, frame_no)
        pump.reservoir.judge(
            pump.programme.bag_steps,
            pump.course.bag_steps,
            pump.programme.reservoir_low_steps(pump.session.frames),
        )
        pump.started.judge(pump.last_steps, state == State.CONFIRMING, frames)

    def _judge_slow(self, frame_no):
        board, pump = self._board, self._pump
        if board.gauge.valid:
            pump.power.judge(board.gauge.permille, pump.delivery.rate_nl_h())
        else:
            pump.power.silent(self._silent_gauge)
        if board.skin.valid:
            pump.temperature.judge(board.skin.centi_c * 10)
            self._plausible.judge(periodic.SKIN, board.skin.centi_c * 10, frame_no)
        else:
            pump.temperature.silent(self._silent_skin)
        if board.downstream.valid:
            self._plausible.judge(periodic.DOWNSTREAM, board.downstream.pressure_pa, frame_no)
        if board.upstream.valid:
            self._plausible.judge(periodic.UPSTREAM, board.upstream.pressure_pa, frame_no)

    def _hold_conditions(self):
        board, pump = self._board, self._pump
        # Not its method: a method taken by itself is an object of its own.
        conditions = pump.conditions
        silent = limits.SENSOR_SILENT_FRAMES
        delivery = pump.delivery
        state = delivery.state
        latched = pump.faults.latched
        conditions.hold(
            alarm.DOWNSTREAM_OCCLUSION, pump.occlusion.downstream, board.downstream.pressure_pa
        )
        conditions.hold(
            alarm.UPSTREAM_OCCLUSION, pump.occlusion.upstream, board.upstream.pressure_pa
        )
        conditions.hold(alarm.AIR_IN_LINE, pump.air.air, pump.air.bubble_steps)
        conditions.hold(alarm.SET_OPEN, pump.fittings.open_mask != 0, pump.fittings.open_mask)
        conditions.hold(alarm.TOO_HOT, pump.temperature.too_hot, board.skin.centi_c)
        conditions.hold(alarm.WARM, pump.temperature.warm, board.skin.centi_c)
        conditions.hold(alarm.BATTERY_LOW, pump.power.low, board.gauge.permille)
        conditions.hold(alarm.BATTERY_CRITICAL, pump.power.critical, board.gauge.permille)
        conditions.hold(alarm.BATTERY_DEPLETED, pump.power.depleted, board.gauge.permille)
        conditions.hold(alarm.RESERVOIR_LOW, pump.reservoir.low, pump.reservoir.left_steps)
        conditions.hold(alarm.RESERVOIR_EMPTY, pump.reservoir.empty, pump.course.bag_steps)
        conditions.hold(
            alarm.SENSOR_FAULT,
            self._silent_encoder >= silent
            or self._silent_downstream >= silent
            or self._silent_upstream >= silent
            or pump.temperature.lost
            or latched & faults.SENSOR_MASK != 0,
            latched,
        )
        conditions.hold(alarm.MOTOR_FAULT, latched & faults.MOTOR_MASK != 0, latched)
        conditions.hold(alarm.OVER_INFUSION, latched & faults.FLOW_MASK != 0, latched)
        conditions.hold(alarm.UNDER_INFUSION, pump.monitor.under, pump.session.done_steps)
        conditions.hold(alarm.STORAGE_FAULT, latched & faults.STORAGE_MASK != 0, latched)
        conditions.hold(alarm.SYSTEM_FAULT, latched & faults.SYSTEM_MASK != 0, latched)
        conditions.hold(alarm.INFUSION_COMPLETE, delivery.complete(), pump.session.done_steps)
        conditions.hold(alarm.DOSE_LIMIT, False, 0)
        conditions.hold(alarm.DOSE_NEAR, pump.near_limit != Reason.NONE, pump.near_limit)
        conditions.hold(alarm.NEAR_END, pump.is_near_end(), pump.session.done_steps)
        conditions.hold(
            alarm.PAUSED_TOO_LONG,
            pump.waits_for_start() and delivery.frames_in_state >= limits.PAUSED_TOO_LONG_FRAMES,
            delivery.frames_in_state,
        )
        conditions.hold(
            alarm.NOT_STARTED, pump.started.nothing_moves or pump.started.unfinished, state
        )
        stuck = board.buttons.stuck
        if state == State.PRIMING:
            # OK is held for as long as it takes.
            stuck &= ~(1 << Key.OK)
        conditions.hold(alarm.STUCK_KEY, stuck != 0 or latched & faults.KEY_MASK != 0, stuck)
        conditions.hold(alarm.LINK_LOST, pump.link_lost, 0)
