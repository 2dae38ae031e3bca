"""Skin temperature and wall clock: the firmware's drivers on the virtual board."""

from datetime import datetime
from pathlib import Path

import pytest

from hil_tests.rig.own_supply import EPOCH_S
from hil_tests.tests.driver_programs import BOARD
from hil_tests.tests.virtual_board_programs import board, lines, program

SKIN = """
while True:
    print(device.skin.sample(), device.skin.valid, device.skin.centi_c, device.skin.errors)
    time.sleep_ms(1000)
"""


@pytest.mark.parametrize("centi_c", [-1, 0, 3_300, 4_100, 4_300, 5_500, -1_000, 9_000])
def test_skin_temperature_is_told_to_within_two_hundredths(tmp_path: Path, centi_c: int) -> None:
    with board(tmp_path, program(BOARD, SKIN)) as (rig, _):
        rig.skin_centi_c = centi_c
        rig.run_for(2_000)
        told = lines(rig)
        assert told[0] == "False False 0 1"  # the first conversion is not over
        sampled, valid, value, errors = told[-1].split()
        assert (sampled, valid, errors) == ("True", "True", "1")
        assert abs(int(value) - centi_c) <= 2


def test_silent_skin_sensor_is_no_reading_and_comes_back(tmp_path: Path) -> None:
    with board(tmp_path, program(BOARD, SKIN)) as (rig, _):
        rig.run_for(1_000)
        rig.set_fault("skin_silent")
        rig.run_for(1_000)
        assert lines(rig)[-1].startswith("False False")
        rig.set_fault("skin_silent", False)
        rig.run_for(1_000)
        assert lines(rig)[-1].startswith("True True")


CLOCK = """
clock = device.clock
clock.sample()
begun = clock.seconds
while True:
    print(clock.valid, clock.seconds, clock.since(begun), clock.low_voltage, clock.errors)
    time.sleep_ms(1000)
    clock.sample()
"""


def test_clock_counts_seconds_and_tells_when_it_stands_runs_fast_or_is_gone(
    tmp_path: Path,
) -> None:
    with board(tmp_path, program(BOARD, CLOCK)) as (rig, _):
        rig.run_for(5_000)
        assert lines(rig)[-1] == f"True {EPOCH_S + 5} 5 False 0"
        rig.clock_fault(rate_permille=3_000)
        rig.run_for(5_000)
        assert lines(rig)[-1] == f"True {EPOCH_S + 20} 20 False 0"
        rig.clock_fault(stopped=True)
        rig.run_for(5_000)
        assert lines(rig)[-1] == f"True {EPOCH_S + 20} 20 False 0"
        rig.clock_fault()
        rig.set_fault("clock_low_voltage")
        rig.run_for(1_000)
        assert lines(rig)[-1] == f"True {EPOCH_S + 21} 21 True 0"
        rig.set_fault("clock_silent")
        rig.run_for(2_000)
        assert lines(rig)[-1] == f"False {EPOCH_S + 21} 21 True 2"


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        (datetime(2000, 1, 1), 0),
        (datetime(2000, 3, 1), 60 * 86_400),
        (datetime(2027, 12, 31, 23, 59, 58), 883_612_798),
        (datetime(2031, 12, 31, 23, 59, 59), 1_009_843_199),
        (datetime(2032, 1, 1), 0),
        (datetime(2036, 2, 29), 1_520 * 86_400),
    ],
)
def test_calendar_becomes_seconds_below_2_to_the_30(
    tmp_path: Path, moment: datetime, seconds: int
) -> None:
    text = program(BOARD, "time.sleep_ms(10)\n", CLOCK)
    with board(tmp_path, text) as (rig, _):
        rig.real_time_clock.set(int((moment - datetime(2000, 1, 1)).total_seconds()))
        rig.step()
        assert lines(rig)[-1].split()[:2] == ["True", str(seconds)]
        rig.run_for(3_000)
        assert lines(rig)[-1].split()[2] == "3"
