"""The firmware's sensor drivers on the virtual board: what they tell, and what they tell when nobody answers."""

from pathlib import Path

import pytest

from hil_tests.tests.driver_programs import BOARD
from hil_tests.tests.virtual_board_programs import board, lines, program

PRESSURES = """
device.downstream.sample()
device.upstream.sample()
while True:
    time.sleep_ms(100)
    down, up = device.downstream, device.upstream
    down.sample()
    up.sample()
    print(down.valid, down.pressure_pa, down.saturated, up.valid, up.pressure_pa, up.saturated)
"""


@pytest.mark.parametrize(
    ("downstream_pa", "upstream_pa"),
    [(0, 0), (1, -1), (103_421, 6_895), (40_000, -5_800), (-3_000, -6_895), (80_000, 2_345)],
)
def test_pressures_are_told_to_within_two_pascal(
    tmp_path: Path, downstream_pa: int, upstream_pa: int
) -> None:
    with board(tmp_path, program(BOARD, PRESSURES)) as (rig, plant):
        plant.senses.downstream_pa = downstream_pa
        plant.senses.upstream_pa = upstream_pa
        rig.run_for(500)
        words = lines(rig)[-1].split()
        assert words[0] == words[3] == "True"
        assert abs(int(words[1]) - downstream_pa) <= 2
        assert abs(int(words[4]) - upstream_pa) <= 2
        assert words[2] == words[5] == "False"


def test_pressure_beyond_the_span_is_valid_and_on_the_right_side(tmp_path: Path) -> None:
    with board(tmp_path, program(BOARD, PRESSURES)) as (rig, plant):
        plant.senses.downstream_pa = 300_000
        plant.senses.upstream_pa = -60_000
        rig.run_for(500)
        words = lines(rig)[-1].split()
        assert (words[0], words[2], words[3], words[5]) == ("True",) * 4
        assert int(words[1]) > 103_421
        assert int(words[4]) < -6_895


def test_silent_sensor_gives_no_reading_and_comes_back(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        down, encoder = device.downstream, device.encoder
        down.sample()
        while True:
            time.sleep_ms(100)
            down.sample()
            encoder.sample()
            print(down.valid, down.fault, down.age_frames, down.errors, encoder.valid, encoder.delta, encoder.errors)
        """,
    )
    with board(tmp_path, text) as (rig, plant):
        rig.step()
        rig.step()
        plant.senses.downstream_answers = plant.senses.encoder_answers = False
        plant.microsteps = 400
        rig.run_for(300)
        plant.senses.downstream_answers = plant.senses.encoder_answers = True
        rig.run_for(300)
        told = lines(rig)
        assert told[1] == "True 0 1 1 True 0 0"
        silent = [line for line in told if line.split()[4] == "False"]
        assert [line.split()[0] for line in silent] == ["False"] * len(silent)
        assert [line.split()[1] for line in silent] == ["1"] + ["3"] * (len(silent) - 1)
        assert silent[-1].split()[2] == str(len(silent) + 1)
        # The encoder tells at once how far the roller came meanwhile; the pressure needs a conversion first.
        back = told[len(silent) + 2].split()
        assert back[0] == "False" and back[4:6] == ["True", "102"]
        assert told[-1].split()[:3] == ["True", "0", "1"]


def test_encoder_unwraps_both_ways(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        while True:
            device.encoder.sample()
            print(device.encoder.position, device.encoder.delta)
            time.sleep_ms(100)
        """,
    )
    with board(tmp_path, text) as (rig, plant):
        for microsteps in (7_000, 14_000, 21_000, 14_000, 7_000, 0, -7_000):
            plant.microsteps = microsteps
            rig.step()
        told = [tuple(map(int, line.split())) for line in lines(rig)]
        assert told[1:] == [
            (1_792, 1_792),
            (3_584, 1_792),
            (5_376, 1_792),
            (3_584, -1_792),
            (1_792, -1_792),
            (0, -1_792),
            (-1_792, -1_792),
        ]


AIR = """
air = device.air
air.sample()
print(air.valid, air.wet)
air.self_test_start()
time.sleep_ms(100)
air.sample()
print(air.valid, air.wet)
print(air.self_test_finish(), air.self_test_finish())
while True:
    time.sleep_ms(100)
    air.sample()
    print(air.valid, air.wet)
"""


def test_air_detector_tells_wet_from_air_and_tests_itself(tmp_path: Path) -> None:
    with board(tmp_path, program(BOARD, AIR)) as (rig, plant):
        rig.run_for(200)
        assert lines(rig) == ["True True", "False False", "True False", "True True"]
        for level_mv in (700, 1_500):
            plant.senses.air_mv = level_mv
            rig.run_for(200)
            assert lines(rig)[-1] == "True False"


def test_air_detector_that_cannot_be_switched_off_fails_its_self_test(tmp_path: Path) -> None:
    with board(tmp_path, program("import time\ntime.sleep_ms(100)\n", BOARD, AIR)) as (rig, _):
        rig.set_fault("air_drive_stuck")
        rig.run_for(300)
        assert lines(rig)[2] == "False False"


def test_gauge_tells_voltage_charge_and_silence(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        print(device.gauge.present())
        while True:
            device.gauge.sample()
            print(device.gauge.valid, device.gauge.cell_mv, device.gauge.permille, device.gauge.errors)
            time.sleep_ms(100)
        """,
    )
    with board(tmp_path, text) as (rig, plant):
        plant.senses.battery_mv = 3_712
        plant.senses.battery_permille = 147
        rig.run_for(500)
        valid, cell_mv, permille, errors = lines(rig)[-1].split()
        assert lines(rig)[0] == "True" and (valid, errors) == ("True", "0")
        assert abs(int(cell_mv) - 3_712) <= 1 and abs(int(permille) - 147) <= 5
        rig.set_fault("gauge_silent")
        rig.run_for(200)
        assert lines(rig)[-1].split()[0] == "False"
