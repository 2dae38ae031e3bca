"""The pure part of the frame with the heap locked, at the largest numbers it can meet. Run on MicroPython by test_host_32_bit.py.

On a 32-bit chip an integer of more than 31 bits is an object on the heap: with the heap locked it is a MemoryError.
"""

from micropython import heap_lock, heap_unlock

from firmware.alarms.conditions import Conditions
from firmware.safety import faults, limits
from firmware.safety.event_queue import EventQueue
from firmware.safety.gate import Gate, Order, View
from firmware.safety.monitor import FlowMonitor
from firmware.therapy import prescription
from firmware.therapy.air import AirRule
from firmware.therapy.delivery import Delivery
from firmware.therapy.dose_windows import DoseWindows
from firmware.therapy.occlusion import OcclusionRule
from firmware.therapy.session import Session
from shared import alarm_table, ceilings
from shared.codes import State

PL_PER_STEP = 3_562  # the smallest step: the largest counts
FRAMES = 2_000
# A litre is nearly given, in nearly the longest time.
LATE_STEPS = ceilings.MAX_VOLUME_NL * 1_000 // PL_PER_STEP - FRAMES * limits.MAX_STEPS_PER_FRAME
LATE_FRAMES = ceilings.MAX_MINUTES * limits.FRAMES_PER_MINUTE - FRAMES - 1


class Pump:
    """What of the pump needs no device, running at one rate."""

    def __init__(self, rate_nl_h):
        self.programme = prescription.Programme()
        self.order = Order()
        fields = {
            "segments": [[0, rate_nl_h]],
            "occlusion_pa": limits.MAX_OCCLUSION_PA,
            "vtbi_nl": ceilings.MAX_VOLUME_NL,
            "max_hour_nl": ceilings.MAX_RATE_NL_H,
            "max_day_nl": ceilings.MAX_VOLUME_NL,
            "max_minutes": ceilings.MAX_MINUTES,
        }
        assert prescription.load(fields, 1, PL_PER_STEP, self.programme, self.order)
        self.session = Session()
        self.session.begin(1)
        self.session.done_steps = LATE_STEPS
        self.session.frames = LATE_FRAMES
        self.delivery = Delivery(self.programme, self.session)
        self.windows = DoseWindows()
        self.gate = Gate()
        self.view = View()
        self.faults = faults.Faults()
        self.monitor = FlowMonitor(self.faults)
        self.conditions = Conditions(EventQueue())
        self.occlusion = OcclusionRule()
        self.air = AirRule()
        self.air.calibrate(PL_PER_STEP)
        self.counts = 0
        self.made = 0
        self.steps = 0

    def frame(self, pressure_pa, wet):
        """As the executive does, without a device."""
        view, session, conditions = self.view, self.session, self.conditions
        turned = self.made * 32 // 125  # 4,096 counts and 16,000 steps a turn
        self.monitor.judge(turned - self.counts, self.steps, False)
        self.counts = turned
        self.occlusion.judge(pressure_pa, 0, self.programme.occlusion_pa)
        self.air.judge(wet, self.steps)
        conditions.hold(alarm_table.DOWNSTREAM_OCCLUSION, self.occlusion.downstream, pressure_pa)
        conditions.hold(alarm_table.AIR_IN_LINE, self.air.air, self.air.bubble_steps)
        conditions.hold(alarm_table.RESTARTED, False, LATE_STEPS)
        conditions.tick(1)
        self.windows.tick(1)
        view.state = self.delivery.state
        view.active_mask = conditions.active
        view.fault_mask = self.faults.latched
        view.witnesses = True
        view.delivered_steps = session.done_steps
        view.delivered_frames = session.frames
        view.hour_steps = self.windows.hour_steps
        view.day_steps = self.windows.day_steps
        view.reserved_steps = session.done_steps + limits.MAX_STEPS_PER_FRAME
        permit = self.gate.permit(self.delivery.want(1), self.order, view)
        self.steps = permit.steps
        self.made += permit.steps
        session.done_steps += permit.steps
        session.frames += 1
        self.windows.add(permit.steps)


def _locked(pump, frames, pressure_pa, wet):
    heap_lock()
    try:
        for _ in range(frames):
            pump.frame(pressure_pa, wet)
    finally:
        heap_unlock()


def test_every_rate_delivers_late_in_the_longest_infusion():
    for rate_nl_h in (limits.MIN_RATE_NL_H, 1_000_000, 50_000_000, 94_000_000):
        pump = Pump(rate_nl_h)
        assert pump.delivery.start(True, False)
        _locked(pump, FRAMES, 0, True)
        due = (FRAMES - 1) * rate_nl_h // (limits.NL_H_PER_PL_STEP * PL_PER_STEP)
        assert pump.made == due, (rate_nl_h, pump.made, due)
        assert pump.faults.latched == 0
        assert pump.session.done_steps < 1 << 30


def test_alarms_rise_and_are_acknowledged():
    pump = Pump(50_000_000)
    pump.delivery.start(True, False)
    _locked(pump, 10, limits.MAX_OCCLUSION_PA, True)
    assert pump.conditions.active == 1 << alarm_table.DOWNSTREAM_OCCLUSION
    assert pump.made == 0
    pump = Pump(50_000_000)
    pump.delivery.start(True, False)
    _locked(pump, 100, 0, False)
    assert pump.conditions.active == 1 << alarm_table.AIR_IN_LINE
    heap_lock()
    try:
        pump.conditions.silence()
        pump.conditions.acknowledge(alarm_table.AIR_IN_LINE)
        shown = pump.conditions.shown()
        sounding = pump.conditions.sounding_priority()
    finally:
        heap_unlock()
    assert (shown, sounding) == (alarm_table.AIR_IN_LINE, 0)
    assert pump.delivery.state == State.RUNNING


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
