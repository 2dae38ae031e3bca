"""The firmware's own drivers against the parts of the virtual board, at register level: what they tell, what they do, what they refuse."""

from pathlib import Path

import pytest

from hil_tests.tests.virtual_board_programs import REST, board, lines, program
from shared.codes import Key

BOARD = """
import gc
gc.threshold(4096)
import micropython, time
from firmware import boards
from firmware.safety.permit import Permit
device = boards.current()
permit = Permit()
def permitted(steps):
    permit.steps = steps
    permit.reverse = False
    permit.fresh = True
    return permit
"""


def test_motor_makes_exactly_the_permitted_steps_and_the_encoder_sees_them(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        motor, encoder = device.motor, device.encoder
        for steps in (0, 7, 740, 741):
            motor.prepare(steps)
        made = moved = 0
        encoder.sample()
        print(motor.enable())
        for steps in (741, 740, 741, 7, 0, 7, 741, 741):
            device.deadman.toggle()
            made += motor.step(permitted(steps))
            time.sleep_ms(100)
            encoder.sample()
            moved += encoder.delta
        print(made, moved, encoder.position, encoder.angle, motor.waits)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, plant):
        rig.run_for(1_000)
        made = 741 * 4 + 740 + 7 + 7
        counts = made * 4096 // 16000
        assert lines(rig) == ["True", f"{made} {counts} {counts} {counts % 4096} 0"]
        assert rig.steps_total == plant.microsteps == made


def test_motor_refuses_and_counts_what_is_not_permitted_or_not_prepared(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        motor = device.motor
        for wrong in (7, None, "7", (7,), [7, True]):
            try:
                motor.step(wrong)
                print("taken", wrong)
            except TypeError:
                pass
        motor.prepare(7)
        for wrong in (-1, 742, 7.0, None, True):
            try:
                motor.prepare(wrong)
                print("prepared", wrong)
            except ValueError:
                pass
        print(motor.step(permitted(7)), motor.disabled_refused)
        motor.enable()
        device.deadman.toggle()
        used = permitted(7)
        print(motor.step(used), used.fresh)
        print(motor.step(used), motor.stale_refused)
        print(motor.step(permitted(8)), motor.step(permitted(6)), motor.unprepared_refused)
        print(motor.step(permitted(-7)), motor.step(permitted(742)), motor.range_refused)
        motor.disable()
        print(motor.enable())
        time.sleep_ms(100)
        print(motor.enable(), motor.stalled())
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(300)
        assert lines(rig) == [
            "0 1",
            "7 False",
            "0 1",
            "0 0 2",
            "0 0 2",
            "False",
            "True False",
        ]
        assert rig.steps_total == 0  # disabled before a pulse of the one train was out


def test_motor_keeps_four_trains_and_drops_the_oldest(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        for steps in (1, 2, 3, 4, 2, 5):
            device.motor.prepare(steps)
        print([steps for steps in range(1, 7) if device.motor.prepared(steps)])
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        assert lines(rig) == ["[2, 3, 4, 5]"]


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


def test_keys_are_debounced_but_stop_counts_at_once(tmp_path: Path) -> None:
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


def test_watchdog_resets_a_board_that_stops_feeding(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        print(device.reset_cause)
        device.watchdog.feed()
        device.start_watchdog()
        for _ in range(20):
            time.sleep_ms(100)
            device.watchdog.feed()
        time.sleep_ms(1500)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(2_000)
        assert rig.resets == []
        rig.run_until(lambda: bool(rig.resets), 5_000)
        assert [cause for _, cause in rig.resets] == [3]


def test_deadman_charges_by_edges_and_drops_out_without(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        print(device.deadman.charged())
        for _ in range(5):
            device.deadman.toggle()
            time.sleep_ms(100)
        print(device.deadman.charged())
        time.sleep_ms(450)
        print(device.deadman.charged())
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(1_500)
        assert lines(rig) == ["False", "True", "False"]


def test_everything_called_in_the_frame_allocates_nothing(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        motor = device.motor
        motor.prepare(741)
        motor.prepare(7)
        buf = bytearray(32)
        frames = 0

        def frame():
            device.encoder.sample()
            device.downstream.sample()
            device.upstream.sample()
            device.air.sample()
            device.gauge.sample()
            device.buttons.sample()
            device.buttons.held_ms(2)
            motor.stalled()
            motor.prepared(741)
            device.deadman.charged()
            motor.enable()
            device.deadman.toggle()
            permit.steps = 741 if frames & 1 else 7
            permit.fresh = True
            motor.step(permit)
            device.buzzer.tone(880 if frames & 1 else 660)
            device.buzzer.drawing()
            device.buzzer.off()
            device.light.set(255 if frames & 1 else 0, 160, 0)
            device.watchdog.feed()
            device.air.self_test_start()
            device.air.self_test_finish()
            device.fram.write(64, buf)
            device.fram.read_into(64, buf)
            device.display.flush_page(frames & 7)

        device.start_watchdog()
        device.display.init()
        frame()
        time.sleep_ms(100)
        for _ in range(30):
            frames += 1
            micropython.heap_lock()
            frame()
            micropython.heap_unlock()
            time.sleep_ms(100)
        print("done", frames, motor.waits, device.encoder.errors, device.gauge.errors)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        rig.run_for(3_500)
        assert lines(rig) == ["done 30 0 0 0"]
        assert rig.steps_total == 741 * 15 + 7 * 16
