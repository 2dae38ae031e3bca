"""What the whole pump does when something happens to it: the firmware's own frame on a board of plain numbers.

CPython only, for the heap of a chip does not hold the pump and its tests. A person is a key, a fault is a number of the board.
"""

import pytest

from firmware.alarms import signals
from firmware.safety import faults, limits
from firmware.tests.pure_pump import PurePump, prescription
from shared import alarm_table as alarm
from shared.codes import Event, Key, Reason, State

DOOR, CASSETTE, BAG = 1, 2, 4
SECOND = limits.FRAMES_PER_SECOND


@pytest.fixture
def running() -> PurePump:
    """A pump that has given its basal for a while."""
    pump = PurePump(prescription()).start()
    pump.frame(50)
    assert pump.state == State.RUNNING and pump.steps > 0
    return pump


def standing() -> PurePump:
    pump = PurePump(prescription())
    pump.frame(20)
    return pump


def stands(pump, alarm_id, state=State.ALARM):
    """It has stopped, says why at once, and stays so."""
    assert pump.state == state and pump.alarmed(alarm_id)
    assert pump.pump.conditions.sounding_priority() == alarm.ROWS[alarm_id][2]
    steps = pump.steps
    pump.frame(60)
    assert pump.state == state and pump.steps == steps


# --- what is nothing yet, or nothing any more ----------------------------------------------------------------------------------


def test_a_pump_without_a_prescription_moves_nothing():
    """SR-005: START and pendant find no rate."""
    pump = PurePump()
    pump.start()
    pump.tap(Key.PENDANT)
    pump.frame(100)
    assert pump.steps == 0 and pump.state == State.STOPPED
    assert pump.pump.delivery.rate_nl_h() == 0


@pytest.mark.parametrize("state", [12, 17, 99])
def test_a_state_that_does_not_exist_is_a_fault(running: PurePump, state: int):
    """SR-007: even one that was written whole, so that nothing but its number gives it away."""
    delivery = running.pump.delivery
    delivery.state, delivery._state_inverse = state, ~state
    steps = running.steps
    running.frame(1)
    assert running.state == State.FAULT and running.steps == steps
    assert running.pump.faults.latched >> faults.MEMORY & 1


@pytest.mark.parametrize("bit", range(6))
def test_a_bit_of_the_state_that_falls_over_is_a_fault(running: PurePump, bit: int):
    """SR-007, SR-074"""
    running.pump.delivery.state ^= 1 << bit
    steps = running.steps
    running.frame(2)
    assert running.state == State.FAULT and running.steps == steps
    assert running.pump.faults.latched >> faults.MEMORY & 1


# --- the line ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fitting", [DOOR, CASSETTE, BAG])
def test_what_comes_open_stops_a_pump_that_runs(running: PurePump, fitting: int):
    """SR-055"""
    running.board.fittings.open_mask = fitting
    running.frame(1)
    stands(running, alarm.SET_OPEN)
    assert alarm.ROWS[alarm.SET_OPEN][2] == alarm.HIGH
    # Shut again is not started again.
    running.board.fittings.open_mask = 0
    running.frame(50)
    assert running.state == State.ALARM
    running.acknowledge_all()
    running.tap(Key.START)
    assert running.state == State.RUNNING


@pytest.mark.parametrize("fitting", [DOOR, CASSETTE, BAG])
def test_nothing_starts_while_a_fitting_is_open(fitting: int):
    """SR-055, SR-058: without a cassette in its place there is no START, whatever was acknowledged."""
    pump = standing()
    pump.board.fittings.open_mask = fitting
    pump.frame(10)
    pump.acknowledge_all()
    pump.tap(Key.START)
    pump.frame(50)
    assert pump.steps == 0 and not pump.pump.delivery.delivers()


def test_an_occlusion_is_not_tried_again_and_forbids_a_bolus(running: PurePump):
    """SR-048: not once by itself, though the pressure falls; a bolus needs basal that runs."""
    running.board.downstream.base_pa = limits.MAX_OCCLUSION_PA
    running.frame(1)
    stands(running, alarm.DOWNSTREAM_OCCLUSION)
    running.board.downstream.base_pa = 0
    steps = running.steps
    for _ in range(5):
        running.tap(Key.PENDANT)
        running.frame(100)
    assert running.steps == steps and running.state == State.ALARM
    assert len(running.log.codes(Event.BOLUS_REFUSED)) == 5
    assert not running.log.codes(Event.BOLUS_GRANTED)


def test_a_low_bag_allows_no_bolus_and_goes_on_with_the_basal():
    """SR-052: one reaction, which grows."""
    fields = prescription(bag_nl=100_000_000)
    pump = PurePump(fields).start()
    pump.pump.course.bag_steps = pump.pump.programme.bag_steps * 9 // 10
    pump.frame(20)
    assert pump.alarmed(alarm.RESERVOIR_LOW) and pump.state == State.RUNNING
    pump.tap(Key.PENDANT)
    pump.frame(5)
    assert pump.log.codes(Event.BOLUS_REFUSED)[-1][2] == Reason.INHIBITED
    steps = pump.steps
    pump.frame(100)
    assert pump.state == State.RUNNING and pump.steps > steps
    assert pump.pump.conditions.priority(alarm.RESERVOIR_LOW) == alarm.LOW
    pump.pump.conditions.tick(1_800 * SECOND)
    assert pump.pump.conditions.priority(alarm.RESERVOIR_LOW) == alarm.MEDIUM


# --- volume --------------------------------------------------------------------------------------------------------------------


def test_more_than_the_volume_to_be_infused_is_an_alarm_that_stops(running: PurePump):
    """SR-042: counted after a power cut as the most that can have been given, which may be more than the volume."""
    session = running.pump.session
    most = running.pump.order.vtbi_steps + 1
    session.resume(session.version, most - 100, most, session.frames)
    running.frame(5)
    assert running.alarmed(alarm.INFUSION_COMPLETE)
    assert alarm.ROWS[alarm.INFUSION_COMPLETE][2] == alarm.HIGH
    assert alarm.HALT_MASK >> alarm.INFUSION_COMPLETE & 1
    # Nothing but keep-vein-open may follow, at its own rate.
    assert running.state in (State.COMPLETE, State.KVO)
    assert running.pump.delivery.rate_nl_h() <= 1_000_000


def test_a_roller_that_gives_more_than_was_ordered_stops_the_pump(running: PurePump):
    """SR-042: what no counter of steps can see."""
    running.board.roller.gain_permille = 1_400
    running.frame(50)
    assert running.pump.faults.latched >> faults.OVER_INFUSION & 1
    stands(running, alarm.OVER_INFUSION, State.FAULT)


# --- power and heat ------------------------------------------------------------------------------------------------------------


def test_a_low_battery_is_heard(running: PurePump):
    """SR-061: in the second in which it is read."""
    running.board.gauge.permille = limits.BATTERY_LOW_PERMILLE - 1
    heard = 0
    for _ in range(2 * SECOND):
        running.frame(1)
        heard = max(heard, running.board.buzzer.hz)
    assert running.alarmed(alarm.BATTERY_LOW) and running.state == State.RUNNING
    assert heard == signals.TONE_HZ[alarm.MEDIUM]


def test_an_empty_battery_stops_the_flow(running: PurePump):
    """SR-062"""
    running.board.gauge.permille = limits.BATTERY_DEPLETED_PERMILLE - 1
    running.frame(SECOND)
    stands(running, alarm.BATTERY_DEPLETED)


def test_heat_on_the_skin_warns_first_and_stops_then(running: PurePump):
    """SR-077"""
    running.board.skin.centi_c = 4_100
    running.frame(SECOND)
    assert running.alarmed(alarm.WARM) and running.state == State.RUNNING
    running.board.skin.centi_c = 4_299
    running.frame(SECOND)
    assert running.state == State.RUNNING
    running.board.skin.centi_c = 4_300
    running.frame(SECOND)
    stands(running, alarm.TOO_HOT)


# --- records -------------------------------------------------------------------------------------------------------------------


def test_a_log_that_cannot_be_written_is_told(running: PurePump):
    """SR-079"""
    running.log.fails = True
    running.tap(Key.STOP)
    running.frame(100)
    assert running.pump.faults.latched >> faults.JOURNAL & 1
    stands(running, alarm.STORAGE_FAULT, State.FAULT)


def test_a_step_of_the_frame_that_does_not_check_in_is_told(running: PurePump):
    """SR-079: who watches the frame is watched by the frame."""
    running.pump.liveness.here = lambda step: None
    running.frame(2)
    assert running.pump.faults.latched >> faults.STEP_NOT_ALIVE & 1
    running.frame(2)
    assert running.state == State.FAULT and running.alarmed(alarm.SYSTEM_FAULT)


# --- people --------------------------------------------------------------------------------------------------------------------


def test_silence_stops_nothing_and_leaves_the_cause_on_the_screen(running: PurePump):
    """SR-091"""
    running.board.gauge.permille = limits.BATTERY_LOW_PERMILLE - 1
    running.frame(2 * SECOND)
    running.settle()
    steps = running.steps
    running.tap(Key.SILENCE)
    conditions = running.pump.conditions
    assert conditions.sounding_priority() == 0 and conditions.lit_priority() == alarm.MEDIUM
    assert conditions.shown() == alarm.BATTERY_LOW == running.pump.waiting_alarm()
    running.frame(50)
    assert running.state == State.RUNNING and running.steps > steps
    # And STOP silences nothing.
    conditions.silence_frames = 0
    running.tap(Key.STOP)
    assert conditions.sounding_priority() == alarm.MEDIUM


@pytest.mark.parametrize("how", ["pause", "remote stop"])
def test_an_infusion_that_stands_for_ten_minutes_is_told(running: PurePump, how: str):
    """SR-096"""
    if how == "pause":
        running.tap(Key.STOP)
        assert running.state == State.PAUSED
    else:
        running.pump.stop_remote()
        running.frame(1)
        running.acknowledge_all()
        assert running.state == State.STOPPED
    running.pump.delivery.frames_in_state = limits.PAUSED_TOO_LONG_FRAMES - 5
    running.frame(5)
    assert not running.alarmed(alarm.PAUSED_TOO_LONG)
    running.frame(1)
    assert running.alarmed(alarm.PAUSED_TOO_LONG)


def test_start_that_moves_nothing_is_told():
    """SR-097: the motor never gets ready."""
    pump = standing()
    pump.board.motor.prepared = lambda steps: False
    pump.start()
    assert pump.state == State.RUNNING and not pump.alarmed(alarm.NOT_STARTED)
    pump.frame(limits.NOT_STARTED_FRAMES)
    assert pump.steps == 0 and pump.alarmed(alarm.NOT_STARTED)


def test_the_next_bolus_is_held_back_by_more_than_the_lockout(running: PurePump):
    """SR-105: with the lockout gone, each of the other limits still refuses it."""
    pump = running.pump
    order, course, windows = pump.order, pump.course, pump.windows
    assert course.lockout_frames == 0
    course.resume(1, order.max_boluses, 0, 0, 0, True, 0, 0)
    running.tap(Key.PENDANT)
    assert running.log.codes(Event.BOLUS_REFUSED)[-1][2] == Reason.BOLUS_COUNT
    course.resume(1, 0, 0, 0, 0, True, 0, 0)
    windows.add(order.hour_steps - windows.hour_steps - order.phase_steps[State.BOLUS])
    running.tap(Key.PENDANT)
    assert running.log.codes(Event.BOLUS_REFUSED)[-1][2] == Reason.HOUR_LIMIT_REACHED
    # And near its limit the window forbids a bolus by an alarm of its own.
    assert running.alarmed(alarm.DOSE_NEAR)
    running.tap(Key.PENDANT)
    assert running.log.codes(Event.BOLUS_REFUSED)[-1][2] == Reason.INHIBITED
    assert not running.log.codes(Event.BOLUS_GRANTED)
