"""Vibration, second sounder and brightness: the firmware's drivers on the virtual board, and all new devices in the locked frame."""

from pathlib import Path

import pytest

from hil_tests.tests.driver_programs import BOARD
from hil_tests.tests.virtual_board_programs import REST, board, lines, program

HAPTICS = """
haptics = device.haptics
print(haptics.init(), haptics.ok)
time.sleep_ms(100)
"""


def test_haptics_shake_until_they_are_told_to_stop(tmp_path: Path) -> None:
    text = program(
        BOARD,
        HAPTICS,
        """
        for on in (True, True, False):
            print(haptics.vibrate(on))
            time.sleep_ms(100)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        shaken = []
        for _ in range(4):
            shaken.append(rig.vibrating)
            rig.step()
        assert shaken == [False, True, True, False]
        assert lines(rig) == ["True True", "True", "True", "True"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (None, ["False True", "False True", "True False", "False True"]),
        ("haptics_open", ["False True", "False True", "False False", "False True"]),
        ("haptics_silent", ["False False"] * 4),
    ],
)
def test_haptics_test_themselves_without_waiting(
    tmp_path: Path, fault: str | None, told: list[str]
) -> None:
    text = program(
        BOARD,
        HAPTICS,
        """
        for _ in range(4):
            print(haptics.self_test(), haptics.testing)
            time.sleep_ms(100)
        print(haptics.vibrate(True), haptics.testing)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        if fault:
            rig.set_fault(fault)
        rig.run_for(600)
        answers = fault != "haptics_silent"
        assert lines(rig) == ["True True", *told, f"{answers} False"]
        assert rig.vibrating == (fault is None)


def test_silent_haptics_say_so_and_come_back(tmp_path: Path) -> None:
    text = program(
        BOARD,
        HAPTICS,
        """
        while True:
            print(haptics.vibrate(True), haptics.ok, haptics.errors)
            time.sleep_ms(100)
        """,
    )
    with board(tmp_path, text) as (rig, _):
        rig.set_fault("haptics_silent")
        rig.run_for(200)
        rig.set_fault("haptics_silent", False)
        rig.step()
        assert lines(rig)[1:] == ["False False 1", "False False 2", "True True 2"]
        assert rig.vibrating


RESERVE = """
reserve = device.reserve_sounder
time.sleep_ms(100)
print(reserve.charged())
"""


def test_second_sounder_is_held_by_the_board_and_released_and_held_again(tmp_path: Path) -> None:
    text = program(
        BOARD,
        RESERVE,
        """
        for move in (reserve.hold, reserve.release, reserve.hold):
            move()
            time.sleep_ms(100)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        heard = []
        for _ in range(4):
            heard.append(rig.reserve_sounding)
            rig.step()
        assert heard == [False, False, True, False]
        assert lines(rig) == ["True"]


@pytest.mark.parametrize(
    ("fault", "charged", "passed"),
    [(None, True, True), ("reserve_open", True, False), ("reserve_flat", False, False)],
)
def test_second_sounder_is_tested_in_two_calls_and_heard_between_them(
    tmp_path: Path, fault: str | None, charged: bool, passed: bool
) -> None:
    text = program(
        BOARD,
        RESERVE,
        """
        print(reserve.test(), reserve.testing)
        time.sleep_ms(100)
        print(reserve.test(), reserve.testing)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        if fault:
            rig.set_fault(fault)
        rig.step()
        assert rig.reserve_sounding == (fault is None)
        rig.step()
        assert not rig.reserve_sounding
        assert lines(rig) == [str(charged), "False True", f"{passed} False"]


def test_second_sounder_charges_again_after_it_has_sounded(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        while True:
            print(device.reserve_sounder.charged())
            time.sleep_ms(1000)
        """,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(1_000)
        assert lines(rig)[-1] == "True"
        rig.power_cut()
        rig.run_for(300_000)
        rig.power_on()
        rig.run_for(1_000)
        assert lines(rig)[-1] == "False"
        rig.run_for(60_000)
        assert lines(rig)[-1] == "True"


def test_display_is_dimmed_and_keeps_it_over_a_new_set_up(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        screen = device.display
        print(screen.init())
        for wanted in (False, True):
            time.sleep_ms(100)
            screen.dim(wanted)
        while True:
            time.sleep_ms(100)
            screen.flush_page(0)
        """,
    )
    with board(tmp_path, text) as (rig, _):
        rig.step()
        bright = rig.screen_contrast
        rig.step()
        dimmed = rig.screen_contrast
        assert 0 < dimmed < bright // 4
        rig.set_fault("display_silent")
        rig.run_for(200)
        rig.set_fault("display_silent", False)
        rig.run_for(200)
        assert rig.screen_contrast == dimmed


def test_new_devices_in_the_locked_frame_allocate_nothing(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        frames = 0

        def frame():
            device.skin.sample()
            device.clock.sample()
            device.clock.since(5)
            device.haptics.vibrate(frames & 1 == 1)
            device.haptics.self_test()
            device.reserve_sounder.hold()
            device.reserve_sounder.charged()
            device.reserve_sounder.test()

        frame()
        for _ in range(30):
            frames += 1
            micropython.heap_lock()
            frame()
            micropython.heap_unlock()
            time.sleep_ms(100)
        print("done", device.skin.valid, device.clock.valid, device.haptics.ok, device.skin.errors)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(2_000)
        # From here on every transfer of the panel's bus is an OSError in the locked frame.
        for name in ("skin_silent", "clock_silent", "haptics_silent"):
            rig.set_fault(name)
        rig.run_for(500)
        for name in ("skin_silent", "clock_silent", "haptics_silent"):
            rig.set_fault(name, False)
        rig.run_for(1_000)
        # Three samples of the skin before its first conversion is over, five while it was silent.
        assert lines(rig) == ["done True True True 8"]


def test_board_is_built_without_a_single_device_on_the_panels_bus(tmp_path: Path) -> None:
    text = program(
        "import time\ntime.sleep_ms(10)\n",
        BOARD,
        """
        print(device.skin.sample(), device.clock.sample(), device.haptics.init(), device.haptics.vibrate(True))
        print(device.skin.valid, device.clock.valid, device.haptics.ok, device.display.init())
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        for name in ("skin_silent", "clock_silent", "haptics_silent", "display_silent"):
            rig.set_fault(name)
        rig.run_for(200)
        assert lines(rig) == ["False False False False"] * 2
