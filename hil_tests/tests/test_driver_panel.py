"""Keys, display, sounder, light, dose memory and bus recovery of the firmware on the virtual board."""

from pathlib import Path

import pytest

from hil_tests.tests.driver_programs import BOARD
from hil_tests.tests.virtual_board_programs import REST, board, lines, program
from shared.codes import Key


def test_keys_are_debounced_but_stop_counts_at_once(tmp_path: Path) -> None:
    """SR-104"""
    text = program(
        BOARD,
        """
        keys = device.buttons
        while True:
            keys.sample()
            print(keys.mask, keys.pressed, keys.released, keys.held_frames(2), keys.held_ms(2))
            time.sleep_ms(100)
        """,
    )
    ok, stop = 1 << Key.OK, 1 << Key.STOP
    with board(tmp_path, text) as (rig, _):
        rig.press(Key.OK)
        rig.step()
        rig.release(Key.OK)  # one sample only: a spike
        rig.step()
        rig.press(Key.OK)
        rig.run_for(300)
        rig.release(Key.OK)
        rig.press(Key.STOP)
        rig.step()
        rig.release(Key.STOP)
        rig.step()
        assert lines(rig)[1:] == [
            "0 0 0 1 100",
            "0 0 0 0 0",
            "0 0 0 1 100",
            f"{ok} {ok} 0 2 200",
            f"{ok} 0 0 3 300",
            f"{stop} {stop} {ok} 0 0",
            f"0 0 {stop} 0 0",
        ]


def test_key_held_for_more_than_ten_seconds_is_stuck(tmp_path: Path) -> None:
    """SR-104"""
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
        rig.press(Key.UP)
        rig.run_for(10_000)
        assert set(lines(rig)) == {"0"}
        rig.step()
        assert lines(rig)[-1] == str(1 << Key.UP)
        rig.release(Key.UP)
        rig.step()
        assert lines(rig)[-1] == "0"


def test_display_shows_what_was_drawn_and_recovers_after_silence(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        screen = device.display
        print(screen.init())
        screen.frame.fill(0)
        screen.frame.text("Vigil", 0, 0)
        screen.frame.pixel(127, 63, 1)
        screen.frame.vline(64, 16, 48, 1)
        for page in range(8):
            screen.flush_page(page)
        while True:
            time.sleep_ms(100)
            screen.flush_page(0)
            print(screen.ok, screen.lost)
        """,
    )
    with board(tmp_path, text) as (rig, _):
        rig.step()
        shown = rig.screen()
        assert rig.screen_on
        assert shown[7 * 128 + 127] == 0x80  # the last pixel is the top bit of the last column
        assert [shown[page * 128 + 64] for page in range(8)] == [0, 0] + [0xFF] * 6
        assert any(shown[:40]) and not any(shown[40:128])
        rig.set_fault("display_silent")
        rig.run_for(200)
        assert lines(rig)[-1] == "False False"
        rig.set_fault("display_silent", False)
        rig.run_for(200)
        assert lines(rig)[-1] == "True True"
        assert rig.screen_on


def test_sounder_and_light_follow_and_the_sense_pin_tells(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        print(device.buzzer.drawing())
        device.buzzer.tone(880)
        device.light.set(255, 128, 0)
        time.sleep_ms(100)
        print(device.buzzer.drawing())
        device.buzzer.off()
        device.light.set(0, 0, 0)
        time.sleep_ms(100)
        for wrong in ((256, 0, 0), (0, -1, 0)):
            try:
                device.light.set(*wrong)
                print("taken")
            except ValueError:
                pass
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        assert rig.sounder_hz == 880
        assert rig.led[0] == 255 and abs(rig.led[1] - 128) <= 1 and rig.led[2] == 0
        rig.step()
        assert rig.sounder_hz == 0 and rig.led == (0, 0, 0)
        assert lines(rig) == ["False", "True"]


def test_dose_memory_keeps_bytes_and_tells_silence(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        fram = device.fram
        buf = bytearray(32)
        print(fram.write(0x7FE0, bytes(range(32))), fram.read_into(0x7FE0, buf), buf == bytes(range(32)))
        print(fram.write(0x0100, b"ab"), fram.read_into(0x00FF, buf), buf[:4])
        for address, data in ((-1, b"a"), (0x7FFF, b"ab"), (0, bytes(33))):
            try:
                fram.write(address, data)
                print("taken")
            except ValueError:
                pass
        time.sleep_ms(100)
        print(fram.write(0, b"a"), fram.read_into(0, buf), fram.errors)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.set_fault("fram_silent")
        rig.run_for(200)
        assert lines(rig) == [
            "True True True",
            r"True True bytearray(b'\x00ab\x00')",
            "False False 2",
        ]


@pytest.mark.parametrize("fault", ["bus0_stuck", "bus1_stuck"])
def test_held_bus_is_clocked_free(tmp_path: Path, fault: str) -> None:
    text = program(
        BOARD,
        """
        while True:
            time.sleep_ms(100)
            print(device.encoder.sample(), device.gauge.sample())
            if device.encoder.errors and not device.bus_safety.recoveries:
                print(device.bus_safety.recover(), device.encoder.sample())
            if device.gauge.errors and not device.bus_panel.recoveries:
                print(device.bus_panel.recover(), device.gauge.sample())
        """,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(300)
        rig.set_fault(fault)
        rig.run_for(400)
        told = lines(rig)
        assert "True True" in told[:2]
        assert ("False True" if fault == "bus1_stuck" else "True False") in told
        broken = next(index for index, line in enumerate(told) if "False" in line)
        assert told[broken + 1] == "True True"
        assert "False" not in told[-1]
