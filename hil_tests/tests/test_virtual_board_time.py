"""Time, watchdog, resets, the random source, and the rule that a frame allocates nothing."""

from pathlib import Path

import pytest

from hil_tests.rig import FirmwareDied
from hil_tests.tests.virtual_board_programs import MOTOR, PARTS, REST, board, lines, program


def test_ticks_wrap_at_two_to_the_thirty_and_differences_survive_it(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        start = time.ticks_ms()
        start_us = time.ticks_us()
        wrapped = False
        for second in range(40):
            time.sleep(1)
            wrapped = wrapped or time.ticks_ms() < start
            assert time.ticks_diff(time.ticks_ms(), start) == (second + 1) * 1000
            assert time.ticks_diff(time.ticks_us(), start_us) == (second + 1) * 1_000_000
        print(start, wrapped, time.ticks_add(start, 40_000) == time.ticks_ms(), time.time())
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(41_000)
        assert lines(rig) == [f"{2**30 - 30_000} True True 40"]


def test_only_sleep_moves_time_and_short_sleeps_add_up(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        start = time.ticks_us()
        for _ in range(1000):
            bus1.readfrom(0x28, 7)
        print(time.ticks_diff(time.ticks_us(), start))
        for _ in range(10):
            time.sleep_us(250)
        print(time.ticks_diff(time.ticks_us(), start))
        machine.idle()
        machine.lightsleep(2500)
        print(time.ticks_diff(time.ticks_us(), start))
        time.sleep_ms(7)
        print(time.ticks_diff(time.ticks_us(), start))
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, plant):
        rig.run_for(2_600)
        assert lines(rig) == ["0", "2500", "2503500", "2510500"]
        assert plant.elapsed_ms == rig.now_ms


def test_ticks_may_start_where_a_test_wants(tmp_path: Path) -> None:
    with board(tmp_path, program(PARTS, "print(time.ticks_ms())\n", REST), ticks_start_ms=5) as (
        rig,
        _,
    ):
        assert lines(rig) == ["5"]


def test_watchdog_resets_at_its_timeout_within_a_long_sleep(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        print("boot", machine.reset_cause())
        wdt = WDT(timeout=700)
        for _ in range(3):
            wdt.feed()
            time.sleep_ms(600)
        time.sleep_ms(5000)
        """,
    )
    with board(tmp_path, text) as (rig, _):
        assert rig.run_until(lambda: len(rig.resets) == 1, timeout_ms=10_000)
        assert rig.resets == [(1_900, 3)]
        assert lines(rig) == ["boot 1", "boot 3"]
        assert rig.powered


def test_machine_reset_starts_again_with_its_cause(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        print("boot", machine.reset_cause())
        time.sleep_ms(50)
        if machine.reset_cause() == machine.PWRON_RESET:
            machine.reset()
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(300)
        assert lines(rig) == ["boot 1", "boot 2"]
        assert rig.resets == [(50, 2)]


def test_a_program_that_only_resets_is_reported(tmp_path: Path) -> None:
    with (
        pytest.raises(FirmwareDied, match="resets without end"),
        board(tmp_path, "import machine\nmachine.reset()\n"),
    ):
        pass


def test_a_crash_is_reported_with_its_traceback(tmp_path: Path) -> None:
    text = program(PARTS, "time.sleep_ms(10)\nprint({}['missing'])\n")
    with board(tmp_path, text) as (rig, _):
        with pytest.raises(FirmwareDied, match="exit code 1 at 10 ms") as died:
            rig.step()
        assert "KeyError: missing" in died.value.console
        assert not rig.powered


def test_a_program_that_returns_has_died_too(tmp_path: Path) -> None:
    with (
        pytest.raises(FirmwareDied, match="the program has returned"),
        board(tmp_path, "x = 1\n"),
    ):
        pass


def test_a_hang_is_reported_and_its_process_ended(tmp_path: Path) -> None:
    text = program(PARTS, "time.sleep_ms(10)\nwhile True:\n    time.ticks_ms()\n")
    with board(tmp_path, text, hang_s=0.5) as (rig, _):
        with pytest.raises(FirmwareDied, match="hangs"):
            rig.step()
        assert not rig.powered


def test_random_numbers_come_from_seed_and_boot(tmp_path: Path) -> None:
    text = program(
        PARTS,
        "import os\nprint(os.urandom(8).hex(), os.urandom(40).hex(), machine.unique_id().hex())\n",
        REST,
    )
    drawn = []
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        with board(tmp_path / folder, text, seed=seed) as (rig, _):
            drawn.append(lines(rig)[0])
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]
    with board(tmp_path / "a", text) as (rig, _):
        again = lines(rig)[1]
    assert again != drawn[0], "a second boot draws other numbers"
    assert again.split()[2] == drawn[0].split()[2], "but is the same chip"


def test_the_program_sees_a_chip_and_not_a_pc(tmp_path: Path) -> None:
    text = program(
        PARTS,
        """
        import os, sys
        print(sys.platform, os.uname().machine, sys.implementation.name, machine.freq())
        for name in ("network", "bluetooth"):
            try:
                __import__(name)
            except ImportError:
                print("no", name)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        assert lines(rig) == [
            "esp32 Generic ESP32S3 module with ESP32S3 micropython 160000000",
            "no network",
            "no bluetooth",
        ]


def test_a_whole_frame_of_calls_allocates_nothing(tmp_path: Path) -> None:
    text = program(
        PARTS,
        MOTOR,
        """
        b1, b2, b7, b32 = bytearray(1), bytearray(2), bytearray(7), bytearray(32)
        screen = bytearray(1024)
        command, vibrate = b"\\xaa\\0\\0", b"\\x01\\x05\\x7f"
        air = ADC(Pin(2))
        stop = Pin(21, Pin.IN, Pin.PULL_UP)
        drive = Pin(16, Pin.OUT, value=1)
        sounder = PWM(Pin(10), freq=2000, duty_u16=0)
        uart = UART(1, 460_800, tx=Pin(43), rx=Pin(44), txbuf=2048, rxbuf=2048)
        wdt = WDT(timeout=1000)
        some, more = (1, 0) * 3, (1, 0) * 40
        reserve, clock, load, data = ADC(Pin(11)), Pin(36, Pin.OUT), Pin(35, Pin.OUT), Pin(37, Pin.IN)
        rmt.write_pulses(1, (0,) * 80)  # as on the chip: room for the longest train
        rmt.wait_done(timeout=1)
        def frame(n):
            bus1.readfrom_mem_into(0x36, 0x0B, b1)
            bus1.readfrom_mem_into(0x36, 0x0C, b2)
            bus1.readfrom_into(0x28, b7)
            bus1.writeto(0x28, command)
            bus0.readfrom_mem_into(0x36, 0x02, b2)
            bus0.writeto_mem(0x50, n * 32, b32, addrsize=16)
            bus0.readfrom_mem_into(0x50, n * 32, b32, addrsize=16)
            bus0.writeto_mem(0x3C, 0x40, screen)
            bus0.readfrom_mem_into(0x48, 0x00, b2)
            bus0.readfrom_mem_into(0x51, 0x02, b7)
            bus0.writeto(0x5A, vibrate)
            bus0.readfrom_mem_into(0x5A, 0x00, b1)
            load(0); load(1); clock(1); clock(0); data(); reserve.read_uv()
            air.read_u16(); air.read_uv(); deadman_sense.read_uv()
            stop.value(); stop(); drive.on(); drive.off(); drive.value(1)
            edge()
            rmt.write_pulses(1000, more if n & 1 else some)
            rmt.wait_done()
            sounder.freq(2000 + n); sounder.duty_u16(n); sounder.duty(n)
            uart.write(b32); uart.any(); uart.readinto(b32)
            wdt.feed()
            time.ticks_add(time.ticks_ms(), 5); time.ticks_diff(time.ticks_us(), 3)
            try:
                bus1.readfrom_into(0x11, b1)
            except OSError:
                pass
            time.sleep_ms(100); time.sleep_us(20)
        for n in range(20):
            micropython.heap_lock()
            try:
                frame(n)
            finally:
                micropython.heap_unlock()
        print("nothing allocated")
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.give_uart(bytes(500))
        rig.run_for(2_100)
        assert lines(rig) == ["nothing allocated"]
        assert rig.steps_total == 10 * 3 + 10 * 40


def test_two_runs_of_one_seed_exchange_the_same_bytes(tmp_path: Path) -> None:
    text = program(
        PARTS,
        MOTOR,
        """
        import os
        uart = UART(1, 460_800, tx=Pin(43), rx=Pin(44))
        while True:
            edge()
            rmt.write_pulses(1000, (1, 0) * (os.urandom(1)[0] % 40 + 1))
            uart.write(bus1.readfrom_mem(0x36, 0x0C, 2) + (uart.read() or b""))
            time.sleep_ms(100)
        """,
    )
    digests = []
    for folder, seed in (("a", 7), ("b", 7), ("c", 8)):
        with board(tmp_path / folder, text, seed=seed) as (rig, _):
            rig.give_uart(b"hello")
            rig.run_for(5_000)
            rig.power_cut()
            rig.run_for(500)
            rig.power_on()
            rig.run_for(5_000)
            digests.append(rig.digest())
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]
