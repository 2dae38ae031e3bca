"""The table of faults: every row does what its sentence says, and mending it makes the pump well again."""

from pathlib import Path

import pytest

from hil_tests.rig.faults import FAULTS, Faults
from hil_tests.tests.driver_programs import BOARD
from hil_tests.tests.virtual_board_programs import MOTOR, PARTS, board, lines, program

SENSES = """
encoder, down, up, air, gauge = device.encoder, device.downstream, device.upstream, device.air, device.gauge
while True:
    time.sleep_ms(100)
    encoder.sample(); down.sample(); up.sample(); air.sample(); gauge.sample()
    print(encoder.valid, encoder.delta, down.fault, down.pressure_pa, up.fault, up.pressure_pa, int(air.wet), gauge.cell_mv)
"""
FRAMES = """
while True:
    edge()
    rmt.write_pulses(1000, (1, 0) * 20)
    time.sleep_ms(100)
"""


def test_value_of_a_fault_is_checked_and_true_is_the_usual_one() -> None:
    faults = Faults()
    faults.set("motor_overshoots")
    faults.set("encoder_stuck")
    assert faults.of("motor_overshoots") == 20 and faults.board_bits == FAULTS["encoder_stuck"].bit
    assert faults.names() == ("encoder_stuck", "motor_overshoots")
    faults.set("motor_overshoots", 7)
    faults.set("encoder_stuck", False)
    assert faults.of("motor_overshoots") == 7 and faults.board_bits == 0
    for name, value in (("gremlin", True), ("motor_overshoots", 401), ("encoder_stuck", 2)):
        with pytest.raises(ValueError, match=name):
            faults.set(name, value)


def test_each_fault_has_a_sentence_and_a_usual_value_and_no_two_share_a_bit() -> None:
    bits = [fault.bit for fault in FAULTS.values() if fault.bit]
    assert len(bits) == len(set(bits)) and sum(bits) < 1 << 30
    for name, fault in FAULTS.items():
        assert fault.what and fault.low <= fault.usual <= fault.high, name
        assert bool(fault.unit) == ((fault.low, fault.high) != (1, 1)), name


def told(line: str) -> list[str]:
    return line.split()


@pytest.mark.parametrize(
    ("fault", "place", "sick"),
    [
        ("encoder_silent", 0, "False"),
        ("encoder_no_magnet", 0, "False"),
        ("encoder_stuck", 1, "0"),
        ("encoder_doubled", 1, "512"),
        ("downstream_silent", 2, "3"),
        ("downstream_open", 3, "116348"),
        ("downstream_shorted", 2, "5"),
        ("downstream_memory", 2, "4"),
        ("upstream_silent", 4, "3"),
        ("upstream_open", 5, "8618"),
        ("upstream_shorted", 5, "-8619"),
        ("upstream_memory", 4, "4"),
        ("air_blind", 6, "1"),
        ("battery_sags", 7, "3500"),
    ],
)
def test_fault_of_a_sense_is_seen_by_its_driver_and_mended(
    tmp_path: Path, fault: str, place: int, sick: str
) -> None:
    well = "256 0 20000 0 -1000 0 4000".split()
    with board(tmp_path, program(BOARD, SENSES)) as (rig, plant):
        plant.senses.downstream_pa, plant.senses.upstream_pa = 20_000, -1_000
        plant.senses.air_mv = 500

        def frames(count: int) -> list[str]:
            for _ in range(count):
                plant.microsteps += 1_000
                rig.step()
            return told(lines(rig)[-1])

        assert frames(3)[:1] == ["True"]
        rig.set_fault(fault)
        seen = frames(4)
        assert seen[place] == sick or abs(int(seen[place]) - int(sick)) <= 2
        rig.set_fault(fault, False)
        healed = frames(4)
        assert healed[0] == "True"
        for value, expected in zip(healed[1:], well, strict=True):
            assert abs(int(value) - int(expected)) <= 2


@pytest.mark.parametrize(
    ("fault", "place", "moved"), [("downstream_stuck", 3, "20000"), ("upstream_stuck", 5, "-1000")]
)
def test_stuck_pressure_sensor_tells_what_it_told_before(
    tmp_path: Path, fault: str, place: int, moved: str
) -> None:
    with board(tmp_path, program(BOARD, SENSES)) as (rig, plant):
        plant.senses.downstream_pa, plant.senses.upstream_pa = 20_000, -1_000
        rig.run_for(400)
        rig.set_fault(fault)
        plant.senses.downstream_pa, plant.senses.upstream_pa = 60_000, -5_000
        rig.run_for(1_000)
        assert abs(int(told(lines(rig)[-1])[place]) - int(moved)) <= 2


@pytest.mark.parametrize(
    ("fault", "place", "drift"), [("downstream_drift", 3, 5_000), ("upstream_drift", 5, -700)]
)
def test_pressure_sensor_drifts_by_its_value(
    tmp_path: Path, fault: str, place: int, drift: int
) -> None:
    with board(tmp_path, program(BOARD, SENSES)) as (rig, plant):
        plant.senses.downstream_pa, plant.senses.upstream_pa = 20_000, -1_000
        before = 20_000 if place == 3 else -1_000
        rig.set_fault(fault, drift)
        rig.run_for(500)
        assert abs(int(told(lines(rig)[-1])[place]) - before - drift) <= 2


@pytest.mark.parametrize(
    ("fault", "value", "turned"),
    [
        ("motor_overshoots", 25, 250),
        ("motor_overshoots", 1, 202),
        ("motor_loses_steps", 10, 180),
        ("motor_loses_steps", 100, 0),
        ("motor_runaway", 1_000, 1_200),
    ],
)
def test_motor_turns_more_or_less_than_it_is_pulsed(
    tmp_path: Path, fault: str, value: int, turned: int
) -> None:
    with board(tmp_path, program(PARTS, MOTOR, FRAMES)) as (rig, plant):
        rig.set_fault(fault, value)
        rig.run_for(1_000)
        assert (rig.steps_total, plant.microsteps) == (200, turned)


def test_runaway_needs_no_pulse_and_no_enable_but_ends_with_the_supply(tmp_path: Path) -> None:
    text = program(
        PARTS,
        MOTOR,
        """
        en(1)
        for _ in range(10):
            edge()
            time.sleep_ms(100)
        while True:
            time.sleep_ms(100)
        """,
    )
    with board(tmp_path, text) as (rig, plant):
        rig.set_fault("motor_runaway", 100)
        rig.run_for(500)
        assert (rig.steps_total, plant.microsteps) == (0, 50)
        rig.press(0)  # STOP takes the supply away at once
        rig.run_for(200)
        assert plant.microsteps == 50
        rig.release(0)
        rig.run_for(300)
        moved = plant.microsteps
        assert moved > 50
        rig.run_for(500)
        drifted = plant.microsteps
        rig.run_for(2_000)
        assert plant.microsteps == drifted  # the dead-man has dropped out


TICKS = """
begun = time.ticks_ms()
while True:
    print(time.ticks_diff(time.ticks_ms(), begun), time.ticks_diff(time.ticks_us(), 0) & 1)
    time.sleep_ms(100)
"""


def test_ticks_stop_and_go_on_where_true_time_is(tmp_path: Path) -> None:
    with board(tmp_path, program("import time\n", TICKS)) as (rig, _):
        rig.run_for(300)
        rig.set_fault("ticks_stopped")
        rig.run_for(300)
        rig.set_fault("ticks_stopped", False)
        rig.run_for(200)
        assert [int(line.split()[0]) for line in lines(rig)] == [
            *(0, 100, 200, 300),
            *(400, 400, 400),
            *(700, 800),
        ]


@pytest.mark.parametrize("jump_ms", [7_000, -250])
def test_ticks_jump_forward_and_back(tmp_path: Path, jump_ms: int) -> None:
    with board(tmp_path, program("import time\n", TICKS)) as (rig, _):
        rig.run_for(300)
        rig.set_fault("ticks_jumped", jump_ms)
        rig.run_for(200)
        rig.set_fault("ticks_jumped", False)
        rig.run_for(100)
        assert [int(line.split()[0]) for line in lines(rig)] == [
            *(0, 100, 200, 300),
            *(400 + jump_ms, 500 + jump_ms),
            600,
        ]


def test_stopped_ticks_do_not_stop_the_watchdog(tmp_path: Path) -> None:
    text = program(
        PARTS, "wdt = WDT(timeout=1000)\nwhile True:\n    wdt.feed()\n    time.sleep_ms(100)\n"
    )
    with board(tmp_path, text) as (rig, _):
        rig.set_fault("ticks_stopped")
        rig.run_for(3_000)
        assert rig.resets == []
        rig.stall(1_200)
        rig.run_for(200)
        assert [cause for _, cause in rig.resets] == [3]
