"""The second sounder on its capacitor: what the board sees of it, and what is heard when the board is dead."""

from pathlib import Path

from hil_tests.tests.virtual_board_programs import PARTS, REST, board, lines, program

RESERVE = """
sense = ADC(Pin(11), atten=ADC.ATTN_11DB)
hold = Pin(47, Pin.OUT, value=1)
"""


def test_second_sounder_sounds_for_two_minutes_without_power_and_then_falls_silent(
    tmp_path: Path,
) -> None:
    with board(tmp_path, program(PARTS, RESERVE, REST)) as (rig, _):
        rig.run_for(1_000)
        assert not rig.reserve_sounding
        rig.power_cut()
        assert rig.reserve_sounding
        rig.run_for(120_000)
        assert rig.reserve_sounding
        rig.run_for(600_000)
        assert not rig.reserve_sounding
        rig.power_on()
        rig.run_for(1_000)
        assert not rig.reserve_sounding


def test_second_sounder_follows_its_pin_and_its_sense_falls_while_it_sounds(
    tmp_path: Path,
) -> None:
    text = program(
        PARTS,
        RESERVE,
        """
        while True:
            print(sense.read_uv() // 1000 > 1_590)
            hold(1 - hold())
            time.sleep_ms(100)
        """,
    )
    with board(tmp_path, text) as (rig, _):
        heard = []
        for _ in range(4):
            heard.append(rig.reserve_sounding)
            rig.step()
        # It is armed by being held once, and the pin was made high before the first sleep.
        assert heard == [False, False, True, False]
        assert lines(rig)[:4] == ["True", "False", "True", "False"]
        rig.set_fault("reserve_open")
        rig.run_for(200)
        assert not rig.reserve_sounding and lines(rig)[-2:] == ["True", "True"]
        rig.set_fault("reserve_flat")
        rig.run_for(200)
        assert lines(rig)[-2:] == ["False", "False"]


def test_second_sounder_sounds_when_the_controller_lets_its_pin_go(tmp_path: Path) -> None:
    text = program(
        PARTS,
        RESERVE,
        """
        time.sleep_ms(100)
        Pin(47, Pin.IN)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        assert not rig.reserve_sounding
        rig.step()
        assert rig.reserve_sounding


def test_second_sounder_of_a_pump_in_its_box_is_quiet(tmp_path: Path) -> None:
    with board(tmp_path, program(PARTS, REST)) as (rig, _):
        rig.run_for(500)
        rig.power_cut()
        rig.run_for(500)
        assert not rig.reserve_sounding
