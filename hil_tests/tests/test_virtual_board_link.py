"""The link's UART, the display, and the life of the process."""

import os
import zlib
from pathlib import Path

import pytest

from hil_tests.rig import Rig
from hil_tests.rig.hand_plant import HandPlant
from hil_tests.tests.virtual_board_programs import PARTS, REST, board, lines, program

LINK = "uart = UART(1, 460_800, tx=Pin(43), rx=Pin(44), txbuf=1400, rxbuf=1400)\n"
ECHO = """
while True:
    got = uart.read(3)
    while got:
        uart.write(got)
        got = uart.read(3)
    time.sleep_ms(100)
"""


def test_bytes_come_back_from_an_echo_in_order(tmp_path: Path) -> None:
    message = bytes(range(256)) * 5
    with board(tmp_path, program(PARTS, LINK, ECHO)) as (rig, _):
        rig.give_uart(message)
        rig.run_for(300)
        assert rig.take_uart() == message
        assert rig.take_uart() == b""
        assert rig.uart_lost == 0


def test_the_wire_carries_no_more_than_its_baud_rate(tmp_path: Path) -> None:
    text = program(PARTS, LINK, "while True:\n    print(uart.any())\n    time.sleep_ms(10)\n")
    with board(tmp_path, text) as (rig, _):
        rig.give_uart(bytes(1_000))
        rig.run_for(30)
        assert lines(rig) == ["0", "460", "920", "1000"]


def test_a_full_receive_buffer_loses_bytes_and_counts_them(tmp_path: Path) -> None:
    text = program(
        PARTS,
        LINK,
        "while True:\n    time.sleep_ms(100)\n    print(len(uart.read() or b''), uart.read())\n",
    )
    with board(tmp_path, text) as (rig, _):
        rig.give_uart(bytes(2_000))
        rig.run_for(200)
        assert lines(rig) == ["1528 None", "0 None"]  # rxbuf and the chip's FIFO of 128
        assert rig.uart_lost == 2_000 - 1_528


def test_a_write_larger_than_the_buffer_waits_in_simulated_time(tmp_path: Path) -> None:
    text = program(
        PARTS,
        LINK,
        """
        start = time.ticks_ms()
        print(uart.write(bytes(4000)), time.ticks_diff(time.ticks_ms(), start))
        uart.flush()
        print(uart.txdone(), time.ticks_diff(time.ticks_ms(), start))
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(200)
        assert len(rig.take_uart()) == 4_000
        written, done = (line.split() for line in lines(rig))
        assert written[0] == "4000" and 50 <= int(written[1]) <= 60  # 2,472 bytes at 46 a ms
        assert done[0] == "True" and 85 <= int(done[1]) <= 90


def test_a_wrong_baud_rate_or_wrong_pins_carry_nothing(tmp_path: Path) -> None:
    for number, made in enumerate(
        (
            "uart = UART(1, 115_200, tx=Pin(43), rx=Pin(44))\n",
            "uart = UART(1, 460_800, tx=Pin(17), rx=Pin(18))\n",
        )
    ):
        talk = "while True:\n    uart.write(b'x')\n    time.sleep_ms(100)\n    print(uart.any())\n"
        with board(tmp_path / str(number), program(PARTS, made, talk)) as (rig, _):
            rig.give_uart(b"hello")
            rig.run_for(300)
            assert set(lines(rig)) == {"0"}
            assert rig.take_uart() == b""


DISPLAY = """
import framebuf
buf = bytearray(1024)
fb = framebuf.FrameBuffer(buf, 128, 64, framebuf.MONO_VLSB)
def command(*codes):
    bus0.writeto(0x3C, b"\\0" + bytes(codes))
def show():
    command(0x21, 0, 127, 0x22, 0, 7)
    bus0.writeto_mem(0x3C, 0x40, buf)
command(0xAE, 0x20, 0, 0x40, 0xA1, 0xA8, 63, 0xC8, 0xD3, 0, 0xDA, 0x12, 0xD5, 0x80, 0x81, 0xFF, 0xA4, 0xA6, 0x8D, 0x14, 0xAF)
"""


def test_a_drawn_screen_arrives_in_page_order_and_as_a_picture(tmp_path: Path) -> None:
    text = program(
        PARTS,
        DISPLAY,
        """
        fb.text("Running", 0, 0)
        fb.text("5.00 mL/h", 0, 16)
        fb.rect(0, 40, 128, 24, 1)
        fb.fill_rect(4, 44, 80, 16, 1)
        show()
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        screen = rig.screen()
        assert rig.screen_on
        assert screen[5 * 128] == 0xFF and screen[7 * 128 + 127] == 0xFF  # the frame's sides
        assert screen[5 * 128 + 50] & 0xF0 == 0xF0 and screen[6 * 128 + 100] == 0
        assert any(screen[:56]) and not any(screen[60:128])
        picture = tmp_path / "screen.png"
        rig.save_screen(picture, scale=4)
        data = picture.read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        assert data[16:24] == (512).to_bytes(4, "big") + (256).to_bytes(4, "big")
        length = int.from_bytes(data[33:37], "big")
        rows = zlib.decompress(data[41 : 41 + length])
        assert len(rows) == 256 * 513
        assert (
            rows[162 * 513 + 1] > 128 and rows[513 * 152 + 1] < 128
        )  # first pixel of row 40, of row 38
        rig.power_cut()
        assert not rig.screen_on and not any(rig.screen())


def test_display_windows_and_page_mode_write_where_the_data_sheet_says(tmp_path: Path) -> None:
    text = program(
        PARTS,
        DISPLAY,
        """
        command(0x21, 10, 12, 0x22, 2, 3)
        bus0.writeto(0x3C, b"\\x40" + b"\\x01\\x02\\x03\\x04\\x05\\x06\\x07")   # wraps to the start
        command(0x20, 2, 0xB5, 0x03, 0x11)                                     # page 5, column 0x13
        bus0.writeto(0x3C, b"\\xc0\\xaa\\xc0\\xbb")                            # single data bytes
        command(0xA7)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        screen = rig.screen()
        assert screen[2 * 128 + 10 : 2 * 128 + 13] == b"\x07\x02\x03"
        assert screen[3 * 128 + 10 : 3 * 128 + 13] == b"\x04\x05\x06"
        assert screen[5 * 128 + 0x13 : 5 * 128 + 0x15] == b"\xaa\xbb"
        assert sum(1 for byte in screen if byte) == 8


def test_a_display_without_its_charge_pump_stays_dark(tmp_path: Path) -> None:
    with board(tmp_path, program(PARTS, "bus0.writeto(0x3C, b'\\0\\xaf')\n", REST)) as (rig, _):
        assert not rig.screen_on


def runs(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_closing_leaves_no_process_and_gives_the_cores_back(tmp_path: Path) -> None:
    cores = os.sched_getaffinity(0)
    script = tmp_path / "rest.py"
    script.write_text("import time\n" + REST)
    rig = Rig(tmp_path, HandPlant(), 1, main_script=script)
    rig.power_on()
    with pytest.raises(RuntimeError, match="is on"):
        rig.power_on()
    process_id = rig.process_id
    assert process_id and runs(process_id)
    assert len(os.sched_getaffinity(0)) == 1
    rig.close()
    rig.close()
    assert rig.process_id is None and not runs(process_id)
    assert os.sched_getaffinity(0) == cores


def test_a_rig_that_is_forgotten_ends_its_process(tmp_path: Path) -> None:
    script = tmp_path / "rest.py"
    script.write_text("import time\n" + REST)
    rig = Rig(tmp_path, HandPlant(), 1, main_script=script, pinned=False)
    rig.power_on()
    process_id = rig.process_id
    assert process_id and runs(process_id)
    del rig
    assert not runs(process_id)


def test_an_unknown_fault_and_a_wrong_memory_are_refused(tmp_path: Path) -> None:
    rig = Rig(tmp_path, HandPlant(), 1)
    with pytest.raises(ValueError, match="no fault 'gremlin'"):
        rig.set_fault("gremlin")
    (tmp_path / "fram.bin").write_bytes(b"short")
    with pytest.raises(ValueError, match=r"fram\.bin has 5 bytes"):
        Rig(tmp_path, HandPlant(), 1)
