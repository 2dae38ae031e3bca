"""Pulses, the motor driver and the dead-man: what turns the roller and what stops it."""

from pathlib import Path

import pytest

from hil_tests.tests.virtual_board_programs import MOTOR, PARTS, REST, board, lines, program

FRAMES = """
while True:
    edge()
    rmt.write_pulses(1000, (1, 0) * 20)
    time.sleep_ms(100)
"""


def test_every_rising_edge_is_one_microstep_in_the_direction_of_dir(tmp_path: Path) -> None:
    text = program(
        PARTS,
        MOTOR,
        """
        edge()
        rmt.write_pulses(1000, (1, 0, 1, 0, 1, 0))          # constant duration
        time.sleep_ms(100)
        direction(0)
        edge()
        rmt.write_pulses((500, 500, 500, 500), 1)           # durations, level toggles
        time.sleep_ms(100)
        edge()
        rmt.write_pulses((500, 500, 500, 500), (0, 1, 1, 0))  # both
        time.sleep_ms(100)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        totals = []
        for _ in range(3):
            rig.step()
            totals.append(rig.steps_total)
        assert totals == [3, 1, 0]


def test_no_step_without_enable_or_without_charge(tmp_path: Path) -> None:
    text = program(
        PARTS,
        MOTOR,
        """
        rmt.write_pulses(1000, (1, 0) * 5)     # the dead-man was never charged
        time.sleep_ms(100)
        en(1)
        edge()
        rmt.write_pulses(1000, (1, 0) * 5)     # disabled
        time.sleep_ms(100)
        en(0)
        rmt.write_pulses(1000, (1, 0) * 5)
        time.sleep_ms(100)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.step()
        assert (rig.steps_total, rig.motor_powered) == (0, False)
        rig.step()
        assert (rig.steps_total, rig.motor_powered) == (0, False)
        rig.step()
        assert (rig.steps_total, rig.motor_powered) == (5, True)


def test_a_train_longer_than_the_frame_is_spread_over_time_and_the_next_waits(
    tmp_path: Path,
) -> None:
    text = program(
        PARTS,
        MOTOR,
        """
        edge()
        rmt.write_pulses(10_000, (1, 0) * 10)   # 200 ms
        time.sleep_ms(100)
        print(rmt.wait_done(), rmt.active())
        edge()
        before = time.ticks_ms()
        rmt.write_pulses(1_000, (1, 0))
        print(time.ticks_diff(time.ticks_ms(), before))
        time.sleep_ms(100)
        print(rmt.wait_done())
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.step()
        assert rig.steps_total == 5
        rig.step()
        assert (rig.steps_total, rig.now_ms) == (10, 200)
        rig.step()
        assert rig.steps_total == 11
        assert lines(rig) == ["False True", "100", "True"]


def test_dead_man_drops_out_300_ms_after_its_last_edge_in_the_middle_of_a_train(
    tmp_path: Path,
) -> None:
    text = program(
        PARTS,
        MOTOR,
        """
        edge()
        print(deadman_sense.read_uv() // 1000 > 2500)
        for _ in range(6):
            rmt.write_pulses(1000, (1, 0) * 45)
            deadman.value(deadman.value())      # no edge
            time.sleep_ms(90)
            print(deadman_sense.read_uv() > 1_500_000)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        totals = []
        for _ in range(6):
            rig.step()
            totals.append(rig.steps_total)
        # one edge each 2 ms; 300 ms hold 150 of them
        assert totals == [45, 90, 135, 150, 150, 150]
        assert not rig.motor_powered
        assert lines(rig) == ["True", "True", "True", "True", "False", "False", "False"]


def test_stop_key_drops_the_motor_at_once_whatever_the_firmware_does(tmp_path: Path) -> None:
    with board(tmp_path, program(PARTS, MOTOR, FRAMES)) as (rig, _):
        rig.run_for(300)
        assert (rig.steps_total, rig.motor_powered) == (60, True)
        rig.press(0)
        rig.run_for(500)
        assert (rig.steps_total, rig.motor_powered) == (60, False)
        rig.release(0)
        rig.run_for(300)
        # the first frame after the release was begun while STOP was still held
        assert rig.steps_total == 100


@pytest.mark.parametrize(("fault", "steps"), [("deadman_open", 20), ("deadman_stuck", 20 * 8)])
def test_dead_man_faults_are_played(tmp_path: Path, fault: str, steps: int) -> None:
    text = program(
        PARTS,
        MOTOR,
        """
        edge()
        while True:
            if fault_is_open:
                edge()
            rmt.write_pulses(1000, (1, 0) * 20)
            time.sleep_ms(100)
        """.replace("fault_is_open", str(fault == "deadman_open")),
    )
    with board(tmp_path, text) as (rig, _):
        rig.set_fault(fault)
        rig.run_for(800)
        assert rig.steps_total == steps


def test_a_stalled_controller_loses_the_motor_and_then_the_watchdog_resets_it(
    tmp_path: Path,
) -> None:
    text = program(
        PARTS,
        MOTOR,
        """
        print("cause", machine.reset_cause())
        wdt = WDT(timeout=1000)
        while True:
            wdt.feed()
            edge()
            rmt.write_pulses(10_000, (1, 0) * 4)
            time.sleep_ms(100)
        """,
    )
    with board(tmp_path, text) as (rig, plant):
        rig.run_for(1_000)
        assert rig.resets == []
        rig.stall(950)
        rig.step()
        assert rig.resets == [(2_050, 3)]
        assert lines(rig) == ["cause 1", "cause 3"]
        assert plant.elapsed_ms == 2_050
