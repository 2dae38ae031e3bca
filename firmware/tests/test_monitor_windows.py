"""The monitor's second tier: a small deviation that lasts (SR-032 to SR-034, SR-037, SR-038)."""

from firmware.safety import faults
from firmware.safety.faults import Faults
from firmware.safety.monitor import NONE, FlowMonitor
from firmware.tests.roller import CARRY_UNIT, ONE_ML_H, WINDOWS, Roller
from shared.codes import DELIVERING_MASK, STATE_COUNT, State


def test_a_lag_beyond_fifteen_percent_stops_at_once_and_a_smaller_one_does_not():
    for rate_nl_h in (ONE_ML_H, 10_000_000, 100_000_000):
        assert Roller(rate_nl_h).until_fault(840, 4_000)[1] == faults.MOTOR_DISAGREES
        roller = Roller(rate_nl_h)
        assert roller.until_fault(500, 4_000)[1] == faults.MOTOR_DISAGREES
        assert roller.seen_counts <= 50 + rate_nl_h // CARRY_UNIT * 32 // 125
        roller = Roller(rate_nl_h)
        assert roller.until_fault(850, 4_000) == (4_000, NONE)
        assert roller.monitor.under


def test_too_little_flow_is_told_after_one_window_and_delivery_goes_on():
    for state, window in WINDOWS:
        for permille, under in ((1_000, False), (990, False), (930, True), (870, True)):
            roller = Roller(10_000_000, state)
            for _ in range(window - 1):
                assert roller.frame(permille) == NONE
                assert not roller.monitor.under
            assert roller.frame(permille) == NONE
            assert roller.monitor.under is under, (state, permille)
            assert roller.faults.latched == 0


def close_window(monitor, moved, steps, frames=1_500):
    return monitor.judge(moved, steps, False, State.RUNNING, frames)


def test_tolerance_is_five_percent_and_twenty_four_counts_at_least():
    # steps, counts they are, tolerance
    for steps, counts, tolerance in (
        (2_375, 608, 30),
        (2_374, 607, 30),
        (2_344, 600, 30),
        (1_875, 480, 24),
        (1_250, 320, 24),
        (0, 0, 24),
    ):
        for error in range(-tolerance - 3, tolerance + 4):
            bits = Faults()
            monitor = FlowMonitor(bits)
            fault = close_window(monitor, counts + error, steps)
            assert monitor.under is (error < -tolerance), (steps, error)
            if error > tolerance:
                assert fault == faults.OVER_INFUSION
                assert bits.latched == 1 << faults.OVER_INFUSION
                assert bits.values[faults.OVER_INFUSION] == error
            else:
                assert fault == NONE and bits.latched == 0


def test_tolerance_of_a_long_window_is_exact():
    for error in range(-52, -40):
        monitor = FlowMonitor(Faults())
        assert close_window(monitor, 999 + error, 3_903) == NONE
        assert monitor.under is (error < -49), error


def test_too_little_is_over_with_a_window_less_than_half_as_far_off():
    for steps, counts, half in ((2_375, 608, 15), (1_250, 320, 12)):
        for error in range(-half - 3, 4):
            monitor = FlowMonitor(Faults())
            close_window(monitor, counts - 2 * half - 1, steps)
            assert monitor.under
            close_window(monitor, counts + error, steps)
            assert monitor.under is (error < -half), (steps, error)


def test_a_window_closes_at_its_last_frame_however_the_frames_come():
    for state, window in WINDOWS:
        for frames in (1, 2, 7, 10):
            monitor = FlowMonitor(Faults())
            monitor.judge(7, 125, False, state, frames)  # 25 counts too few
            passed = frames
            while passed < window:
                assert not monitor.under, (state, frames, passed)
                monitor.judge(0, 0, False, state, frames)
                passed += frames
            assert monitor.under, (state, frames)


def test_a_window_belongs_to_one_state():
    monitor = FlowMonitor(Faults())
    monitor.judge(167, 750, False, State.RUNNING, 1_499)  # 25 counts too few
    monitor.judge(0, 0, False, State.BOLUS, 1)
    monitor.judge(0, 0, False, State.RUNNING, 1_499)
    assert not monitor.under
    monitor.judge(0, 0, False, State.RUNNING, 1)
    assert not monitor.under
    # The next window is another one.
    monitor.judge(167, 750, False, State.RUNNING, 1_499)
    assert not monitor.under
    monitor.judge(0, 0, False, State.RUNNING, 1)
    assert monitor.under


def test_a_pump_that_stands_is_not_short_of_flow():
    for state in range(STATE_COUNT):
        monitor = FlowMonitor(Faults())
        close_window(monitor, 300, 1_300)
        assert monitor.under
        monitor.judge(0, 0, False, state, 1)
        assert monitor.under is bool(DELIVERING_MASK >> state & 1), state
        for _ in range(3):
            assert monitor.judge(0, 0, False, State.PAUSED, 30_000) == NONE
            assert not monitor.under
