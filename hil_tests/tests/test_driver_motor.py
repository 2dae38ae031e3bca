"""The firmware's motor, dead-man and watchdog drivers on the virtual board: what they do and what they refuse."""

from pathlib import Path

from hil_tests.tests.driver_programs import BOARD
from hil_tests.tests.virtual_board_programs import REST, board, lines, program


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
                motor.prepare(6 if steps < 740 else 740)
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
        for steps in (0, 3, 2):
            device.motor.prepare(steps)
            print([steps for steps in range(7) if device.motor.prepared(steps)])
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        assert lines(rig) == ["[0, 1]", "[3, 4]", "[2, 3]"]


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
