"""The firmware's motor, dead-man and watchdog drivers on the virtual board: what they do and what they refuse."""

from itertools import pairwise
from pathlib import Path

import pytest

from hil_tests.tests.driver_programs import BOARD
from hil_tests.tests.virtual_board_programs import REST, board, lines, program

# Floor steps a frame of 0.05, 7, 35 and 100 mL/h at 3,750 pL a step.
FLOORS = (0, 51, 259, 740)
CHANGES = (740, 0, 740, 51, 259, 0, 51, 740, 259)


def test_motor_makes_exactly_the_permitted_steps_and_the_encoder_sees_them(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        motor, encoder = device.motor, device.encoder
        motor.prepare(740)
        made = moved = 0
        encoder.sample()
        print(motor.enable())
        for steps in (741, 740, 740, 741, 0, 7, 6, 7, 741, 741):
            if steps:
                motor.shape(6 if steps < 740 else 740)
            device.deadman.toggle()
            made += motor.step(permitted(steps))
            time.sleep_ms(100)
            encoder.sample()
            moved += encoder.delta
        print(made, moved, encoder.position, encoder.angle, motor.waits)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, plant):
        rig.run_for(1_200)
        made = 741 * 4 + 740 * 2 + 7 + 6 + 7
        counts = made * 4096 // 16000
        assert lines(rig) == ["True", f"{made} {counts} {counts} {counts % 4096} 0"]
        assert rig.steps_total == plant.microsteps == made


def test_rate_changes_between_trains_with_the_heap_locked(tmp_path: Path) -> None:
    text = program(
        BOARD,
        f"""
        motor = device.motor
        motor.prepare(740)
        motor.enable()
        def run():
            for floor in changes:
                motor.shape(floor)
                for extra in range(4):
                    device.deadman.toggle()
                    permit.steps = floor + (extra & 1)
                    permit.fresh = True
                    motor.step(permit)
                    time.sleep_ms(100)
        changes = {CHANGES}
        micropython.heap_lock()
        run()
        micropython.heap_unlock()
        print("done", motor.waits, motor.unprepared_refused, motor.shaped_for)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(100 * 4 * len(CHANGES) + 200)
        assert lines(rig) == ["done 0 0 259"]
        assert rig.steps_total == sum(4 * floor + 2 for floor in CHANGES)


@pytest.mark.parametrize("floor", FLOORS)
@pytest.mark.parametrize("extra", (0, 1))
def test_steps_of_a_rate_are_spread_over_the_frame_and_never_faster_than_prepared(
    tmp_path: Path, floor: int, extra: int
) -> None:
    text = program(
        BOARD,
        f"""
        motor = device.motor
        motor.prepare(740)
        motor.shape({floor})
        motor.enable()
        device.deadman.toggle()
        motor.step(permitted({floor + extra}))
        while True:
            time.sleep_ms(1)
        """,
    )
    with board(tmp_path, text) as (rig, _):
        rig.step()  # the warm-up of `prepare`
        done = []
        for _ in range(100):
            rig.step()
            done.append(rig.steps_total)
        steps = floor + extra
        assert done[-1] == done[95] == steps
        spacing_ms = 0.064 * 1_482 / (floor + 1)
        for ms, made in enumerate(done[:95], 1):
            # A frame of floor steps leaves out the last of floor + 1 pulses. The first one comes at once, and each up to a level early.
            due = min(steps, ms / spacing_ms)
            assert due - 0.01 <= made <= due + 1.6
        most_a_ms = max(after - before for before, after in pairwise(done))
        assert most_a_ms <= 1_000 // 128 + 1  # two levels of 64 us a step


def test_train_of_a_slow_prescription_stays_inside_the_longest_level(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        motor = device.motor
        motor.prepare(0)
        motor.enable()
        for _ in range(3):
            device.deadman.toggle()
            print(motor.step(permitted(1)))
            time.sleep_ms(100)
        print(motor.waits)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(400)
        assert lines(rig) == ["1", "1", "1", "0"]
        assert rig.steps_total == 3


def test_change_of_the_rate_leaves_a_running_train_as_it_is(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        motor = device.motor
        motor.prepare(259)
        motor.enable()
        device.deadman.toggle()
        motor.step(permitted(260))
        time.sleep_ms(20)
        motor.shape(7)
        time.sleep_ms(80)
        device.deadman.toggle()
        print(motor.step(permitted(7)), motor.step(permitted(260)), motor.unprepared_refused)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(300)
        assert rig.steps_total == 260 + 7
        assert lines(rig) == ["7 0 1"]


def test_motor_refuses_and_counts_what_is_not_permitted_or_not_prepared(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        motor = device.motor
        for wrong in (7, None, "7", (7,), [7, True]):
            try:
                motor.step(wrong)
                print("taken", wrong)
            except TypeError:
                pass
        motor.prepare(7)
        for wrong in (-1, 741, 7.0, None, True):
            try:
                motor.prepare(wrong)
                print("prepared", wrong)
            except ValueError:
                pass
        for wrong in (-1, 8, 7.0, None, True):
            try:
                motor.shape(wrong)
                print("shaped", wrong)
            except ValueError:
                pass
        print(motor.step(permitted(7)), motor.disabled_refused)
        motor.enable()
        device.deadman.toggle()
        used = permitted(7)
        print(motor.step(used), used.fresh)
        print(motor.step(used), motor.stale_refused)
        print(motor.step(permitted(9)), motor.step(permitted(6)), motor.unprepared_refused)
        print(motor.step(permitted(-7)), motor.step(permitted(742)), motor.range_refused)
        motor.disable()
        print(motor.enable())
        time.sleep_ms(100)
        print(motor.enable(), motor.stalled())
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(300)
        assert lines(rig) == [
            "0 1",
            "7 False",
            "0 1",
            "0 0 2",
            "0 0 2",
            "False",
            "True False",
        ]
        assert rig.steps_total == 0  # disabled before a pulse of the one train was out


def test_motor_keeps_the_two_trains_of_one_rate(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        motor = device.motor
        print([steps for steps in range(7) if motor.prepared(steps)], motor.shaped_for)
        for change, steps in ((motor.prepare, 0), (motor.prepare, 3), (motor.shape, 2), (motor.prepare, 3)):
            change(steps)
            print([steps for steps in range(7) if motor.prepared(steps)], motor.shaped_for)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        assert lines(rig) == ["[] -1", "[0, 1] 0", "[3, 4] 3", "[2, 3] 2", "[3, 4] 3"]


def test_watchdog_resets_a_board_that_stops_feeding(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        print(device.reset_cause)
        device.watchdog.feed()
        device.start_watchdog()
        for _ in range(20):
            time.sleep_ms(100)
            device.watchdog.feed()
        time.sleep_ms(1500)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(2_000)
        assert rig.resets == []
        rig.run_until(lambda: bool(rig.resets), 5_000)
        assert [cause for _, cause in rig.resets] == [3]


def test_deadman_charges_by_edges_and_drops_out_without(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        print(device.deadman.charged())
        for _ in range(5):
            device.deadman.toggle()
            time.sleep_ms(100)
        print(device.deadman.charged())
        time.sleep_ms(450)
        print(device.deadman.charged())
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(1_500)
        assert lines(rig) == ["False", "True", "False"]
