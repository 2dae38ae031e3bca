"""The parts of the panel's bus and of the contacts at register level, driven as a driver would drive them."""

from datetime import datetime
from pathlib import Path

import pytest

from hil_tests.rig.hand_plant import HandPlant
from hil_tests.tests.virtual_board_programs import PARTS, REST, board, lines, program
from shared.codes import Key

CONTACTS = """
load, clock, data = Pin(35, Pin.OUT, value=1), Pin(36, Pin.OUT, value=0), Pin(37, Pin.IN)
def levels(count=8):
    load(0)
    load(1)
    text = ""
    for _ in range(count):
        text += str(data())
        clock(1)
        clock(0)
    return text
"""


def test_contacts_are_shifted_out_in_antivalent_pairs(tmp_path: Path) -> None:
    text = program(
        PARTS,
        CONTACTS,
        "while True:\n    print(levels(), levels(10)[8:])\n    time.sleep_ms(100)\n",
    )
    with board(tmp_path, text) as (rig, _):
        rig.pendant(True)
        rig.step()
        rig.pendant(False)
        rig.fittings(open=1)
        rig.step()
        rig.fittings(open=6, broken=2)
        rig.step()
        rig.fittings(open=0, broken=0)
        rig.set_fault("contacts_stuck")
        rig.step()
        # pendant, door, cassette, bag; then SER, which is at ground
        assert lines(rig) == [
            "10010101 00",
            "01010101 00",
            "10100101 00",
            "10011110 00",
            "11111111 11",
        ]


def test_register_takes_its_inputs_over_only_while_load_is_low(tmp_path: Path) -> None:
    text = program(
        PARTS,
        CONTACTS,
        """
        time.sleep_ms(100)
        print(levels(1))        # and one on: contact 1
        time.sleep_ms(100)
        print(data())           # still as it was taken over
        load(0)
        print(data())           # contact 0 itself
        clock(1)
        print(data())           # a clock while it loads shifts nothing
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.press(Key.PENDANT)
        rig.step()
        rig.release(Key.PENDANT)
        rig.step()
        assert lines(rig) == ["0", "1", "1", "1"]


def test_door_that_bounces_changes_with_every_exchange(tmp_path: Path) -> None:
    text = program(
        PARTS, CONTACTS, "while True:\n    print(levels()[2:4])\n    time.sleep_ms(100)\n"
    )
    with board(tmp_path, text) as (rig, _):
        rig.set_fault("door_bounces")
        rig.run_for(400)
        assert lines(rig)[1:] == ["01", "10", "01", "10"]
        rig.set_fault("door_bounces", False)
        rig.run_for(200)
        assert lines(rig)[-2:] == ["01", "01"]


def test_skin_sensor_converts_once_a_second_from_an_eighth_after_power_on(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        def word(register):
            raw = bus0.readfrom_mem(0x48, register, 2)
            return raw[0] << 8 | raw[1]
        print(hex(word(0x0F) & 0xFFF), hex(word(0x01)), hex(word(0x00)))
        while True:
            time.sleep_ms(100)
            print(word(0x01) >> 13 & 1, word(0x00))
        """,
    )
    plant = HandPlant()
    plant.senses.skin_centi_c = 3_700
    with board(tmp_path, text, plant=plant) as (rig, _):
        rig.run_for(1_000)
        rig.skin_centi_c = -500
        rig.run_for(300)
        told = lines(rig)
        assert told[:3] == ["0x117 0x220 0x8000", "0 32768", f"1 {37 * 128}"]
        assert told[3:12] == [f"0 {37 * 128}"] * 9
        assert told[12] == f"1 {65_536 - 5 * 128}"


def test_clock_gives_the_calendar_in_bcd_and_goes_on_without_power(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        while True:
            print(bus0.readfrom_mem(0x51, 0x02, 7).hex())
            time.sleep_ms(1000)
        """,
    )
    with board(tmp_path, text) as (rig, _):
        assert lines(rig) == ["00000001040126"]  # a Thursday
        rig.power_cut()
        rig.run_for(90_000)
        rig.set_fault("clock_low_voltage")
        rig.power_on()
        assert lines(rig)[-1] == "b0010001040126"
        rig.set_fault("clock_low_voltage", False)
        rig.clock_fault(rate_permille=2_000)
        rig.run_for(10_000)
        assert lines(rig)[-1] == "50010001040126"
        rig.clock_fault(stopped=True)
        rig.run_for(10_000)
        assert lines(rig)[-1] == "50010001040126"
        rig.clock_fault()
        rig.run_for(10_000)
        assert lines(rig)[-1] == "00020001040126"


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2000, 1, 1),
        datetime(2000, 2, 29, 23, 59, 59),
        datetime(2024, 12, 31, 12, 34, 56),
        datetime(2031, 3, 1),
        datetime(2032, 1, 1),
        datetime(2063, 7, 4, 9, 8, 7),
    ],
)
def test_clock_is_a_calendar(tmp_path: Path, moment: datetime) -> None:
    text = program(
        PARTS,
        """
        time.sleep_ms(10)
        print(bus0.readfrom_mem(0x51, 0x02, 7).hex())
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.real_time_clock.set(int((moment - datetime(2000, 1, 1)).total_seconds()))
        rig.step()
        expected = f"{moment:%S%M%H%d}0{(moment.weekday() + 1) % 7}{moment:%m%y}"
        assert lines(rig) == [expected]


def test_haptic_driver_plays_in_real_time_and_not_in_standby(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        print(bus0.readfrom_mem(0x5A, 0x00, 3).hex())
        for settings in (b"\\x01\\x05\\x40", b"\\x01\\x45", b"\\x01\\x05\\x80", b"\\x02\\x7f", b"\\x01\\x80"):
            bus0.writeto(0x5A, settings)
            time.sleep_ms(100)
        print(bus0.readfrom_mem(0x5A, 0x00, 3).hex())
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, plant):
        shaken = []
        for _ in range(5):
            shaken.append(rig.vibrating)
            rig.step()
        assert shaken == [True, False, False, True, False]
        assert plant.load_ma == 20
        assert lines(rig) == ["e04000", "e04000"]


@pytest.mark.parametrize(("fault", "status"), [(None, "e0"), ("haptics_open", "e8")])
def test_haptic_driver_finds_a_motor_that_is_off(
    tmp_path: Path, fault: str | None, status: str
) -> None:
    text = program(
        PARTS,
        """
        time.sleep_ms(10)
        bus0.writeto(0x5A, b"\\x01\\x06")
        bus0.writeto(0x5A, b"\\x0c\\x01")
        for _ in range(3):
            print(bus0.readfrom_mem(0x5A, 0x0C, 1).hex(), bus0.readfrom_mem(0x5A, 0x00, 1).hex())
            time.sleep_ms(100)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        if fault:
            rig.set_fault(fault)
        rig.run_for(400)
        assert lines(rig) == ["01 e0", "01 e0", f"00 {status}"]


def test_contrast_of_the_display_reaches_the_rig(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        time.sleep_ms(100)
        bus0.writeto(0x3C, b"\\0\\x81\\x08")
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        assert rig.screen_contrast == 0x7F
        rig.step()
        assert rig.screen_contrast == 8
