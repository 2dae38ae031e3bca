"""Door, cassette, bag and pendant: what the firmware's drivers make of two contacts each."""

from pathlib import Path

import pytest

from hil_tests.tests.driver_programs import BOARD
from hil_tests.tests.virtual_board_programs import REST, board, lines, program
from shared.codes import Key

FITTINGS = """
fittings = device.fittings
print(fittings.open_mask, fittings.broken_mask)
while True:
    print(fittings.sample(), fittings.broken_mask)
    time.sleep_ms(100)
"""
PENDANT = """
keys = device.buttons
while True:
    keys.sample()
    print(keys.mask >> 6, keys.pressed >> 6, keys.released >> 6, keys.held_frames(6), keys.pendant_broken)
    time.sleep_ms(100)
"""
DOOR, CASSETTE, BAG = 1, 2, 4


def test_fittings_are_open_before_the_first_sample_and_then_what_they_are(tmp_path: Path) -> None:
    with board(tmp_path, program(BOARD, FITTINGS)) as (rig, _):
        assert lines(rig) == ["7 0", "0 0"]


@pytest.mark.parametrize("fitting", [DOOR, CASSETTE, BAG])
def test_fitting_that_opens_is_open_at_once_and_shut_in_the_second_sample(
    tmp_path: Path, fitting: int
) -> None:
    with board(tmp_path, program(BOARD, FITTINGS)) as (rig, _):
        rig.fittings(open=fitting)
        rig.step()
        rig.fittings(open=0)
        rig.run_for(300)
        assert lines(rig)[1:] == ["0 0", f"{fitting} 0", f"{fitting} 0", "0 0", "0 0"]


@pytest.mark.parametrize("fitting", [DOOR, CASSETTE, BAG])
def test_equal_contacts_change_nothing_for_two_samples_and_are_broken_and_open_from_the_third(
    tmp_path: Path, fitting: int
) -> None:
    with board(tmp_path, program(BOARD, FITTINGS)) as (rig, _):
        rig.fittings(broken=fitting)
        rig.run_for(200)
        rig.fittings(broken=0)
        rig.run_for(200)
        assert lines(rig)[1:] == ["0 0"] * 5
        rig.fittings(broken=fitting)
        rig.run_for(400)
        rig.fittings(broken=0)
        rig.run_for(200)
        broken, shutting = f"{fitting} {fitting}", f"{fitting} 0"
        assert lines(rig)[6:] == ["0 0", "0 0", broken, broken, shutting, "0 0"]


def test_open_fitting_with_equal_contacts_stays_open(tmp_path: Path) -> None:
    with board(tmp_path, program(BOARD, FITTINGS)) as (rig, _):
        rig.fittings(open=BAG)
        rig.run_for(200)
        rig.fittings(open=0, broken=BAG)
        rig.run_for(200)
        assert set(lines(rig)[2:]) == {"4 0"}


def test_door_that_bounces_stays_open(tmp_path: Path) -> None:
    with board(tmp_path, program(BOARD, FITTINGS)) as (rig, _):
        rig.set_fault("door_bounces")
        rig.run_for(200)
        rig.run_for(2_000)
        assert set(lines(rig)[3:]) == {"1 0"}


def test_stuck_register_breaks_every_fitting_and_the_pendant(tmp_path: Path) -> None:
    with board(tmp_path, program(BOARD, FITTINGS)) as (rig, _):
        rig.set_fault("contacts_stuck")
        rig.run_for(300)
        assert lines(rig)[-1] == "7 7"
    with board(tmp_path / "pendant", program(BOARD, PENDANT)) as (rig, _):
        rig.set_fault("contacts_stuck")
        rig.run_for(400)
        assert lines(rig)[-1] == "0 0 0 0 True"


@pytest.mark.parametrize("cut", ["load", "clock", "data"])
def test_register_with_a_line_cut_breaks_every_fitting(tmp_path: Path, cut: str) -> None:
    text = program(
        BOARD,
        f"""
        from machine import Pin
        from firmware.drivers.contacts import Contacts
        from firmware.drivers.fittings import Fittings
        lines = {{"load": 35, "clock": 36, "data": 37}}
        lines["{cut}"] = 48  # nothing hangs on it
        contacts = Contacts(
            Pin(lines["load"], Pin.OUT), Pin(lines["clock"], Pin.OUT), Pin(lines["data"], Pin.IN, Pin.PULL_UP)
        )
        fittings = Fittings(contacts)
        for _ in range(4):
            fittings.sample()
        print(fittings.open_mask, fittings.broken_mask)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        assert lines(rig) == ["7 7"]


def test_pendant_counts_in_the_second_sample_and_its_release_in_the_first(tmp_path: Path) -> None:
    with board(tmp_path, program(BOARD, PENDANT)) as (rig, _):
        rig.pendant(True)
        rig.step()
        rig.pendant(False)  # one sample only: a spike
        rig.step()
        rig.pendant(True)
        rig.run_for(300)
        rig.pendant(False)
        rig.step()
        assert lines(rig)[1:] == [
            "0 0 0 1 False",
            "0 0 0 0 False",
            "0 0 0 1 False",
            "1 1 0 2 False",
            "1 0 0 3 False",
            "0 0 1 0 False",
        ]


def test_pendant_that_is_unplugged_is_no_press_and_broken_after_three_samples(
    tmp_path: Path,
) -> None:
    with board(tmp_path, program(BOARD, PENDANT)) as (rig, _):
        rig.set_fault("pendant_broken")
        rig.run_for(400)
        rig.pendant(True)
        rig.run_for(300)
        rig.set_fault("pendant_broken", False)
        rig.run_for(200)
        assert lines(rig)[1:] == [
            *["0 0 0 0 False"] * 3,
            *["0 0 0 0 True"] * 4,
            "0 0 0 1 False",
            "1 1 0 2 False",
        ]


def test_contact_that_bounces_in_the_middle_of_a_press_makes_no_second_press(
    tmp_path: Path,
) -> None:
    """SR-104"""
    with board(tmp_path, program(BOARD, PENDANT)) as (rig, _):
        rig.pendant(True)
        rig.run_for(200)
        for _ in range(3):
            rig.set_fault("pendant_broken")
            rig.run_for(300)
            rig.set_fault("pendant_broken", False)
            rig.step()
        told = lines(rig)[1:]
        assert sum(line.split()[1] == "1" for line in told) == 1
        assert told[-1] == "1 0 0 14 False"
        rig.set_fault("pendant_broken")
        rig.run_for(400)
        assert lines(rig)[-1] == "0 0 1 0 True"


def test_pendant_held_for_more_than_ten_seconds_is_stuck(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        while True:
            device.buttons.sample()
            print(device.buttons.stuck)
            time.sleep_ms(100)
        """,
    )
    with board(tmp_path, text) as (rig, _):
        rig.pendant(True)
        rig.run_for(10_000)
        assert set(lines(rig)) == {"0"}
        rig.step()
        assert lines(rig)[-1] == str(1 << Key.PENDANT)


def test_contacts_and_keys_are_read_with_the_heap_locked(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        def frame():
            device.fittings.sample()
            device.buttons.sample()

        frame()
        for _ in range(20):
            micropython.heap_lock()
            frame()
            micropython.heap_unlock()
            time.sleep_ms(100)
        print("done", device.fittings.open_mask, device.fittings.broken_mask, device.buttons.mask)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.fittings(open=DOOR)
        rig.pendant(True)
        rig.run_for(500)
        rig.fittings(broken=CASSETTE)
        rig.run_for(2_000)
        assert lines(rig) == [f"done 3 2 {1 << Key.PENDANT}"]
