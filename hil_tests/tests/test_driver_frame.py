"""Drivers with the heap locked as in the frame, and the stores on a provisioned flash."""

from pathlib import Path

from hil_tests.tests.driver_programs import BOARD
from hil_tests.tests.virtual_board_programs import REST, board, lines, program
from tools.provision import provision


def test_everything_called_in_the_frame_allocates_nothing(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        motor = device.motor
        motor.prepare(740)
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
            permit.steps = 741 if frames & 1 else 740
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
        assert rig.steps_total == 741 * 15 + 740 * 16


def test_silent_devices_in_the_locked_frame_are_no_reading_and_no_crash(tmp_path: Path) -> None:
    text = program(
        BOARD,
        """
        def frame():
            device.encoder.sample()
            device.downstream.sample()
            device.upstream.sample()
            device.gauge.sample()

        frame()
        time.sleep_ms(100)
        for _ in range(10):
            micropython.heap_lock()
            frame()
            micropython.heap_unlock()
            time.sleep_ms(100)
        print(device.encoder.valid, device.downstream.valid, device.upstream.valid, device.gauge.valid)
        print(device.encoder.errors, device.downstream.errors, device.gauge.errors)
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, plant):
        plant.senses.encoder_answers = False
        plant.senses.downstream_answers = plant.senses.upstream_answers = False
        rig.set_fault("gauge_silent")
        rig.run_for(1_200)
        # The frames before the first exchange still had an answer; the first pressure sample never has one.
        assert lines(rig) == ["False False False False", "10 11 10"]


STORAGE = """
import gc
gc.threshold(4096)
import time
from firmware.storage import flash
from firmware.storage.settings import Settings
from firmware.storage.journal import Journal
mounted = flash.mount()
print(mounted.ok, mounted.problem, mounted.error != 0)
"""


def test_flash_that_was_never_provisioned_is_a_named_problem_and_stays_as_it_is(
    tmp_path: Path,
) -> None:
    text = program(STORAGE, "print(Settings().load(), Journal().start(1))", REST)
    with board(tmp_path, text) as (rig, _):
        assert lines(rig)[0] == "False 2 True"
        assert lines(rig)[1] == "False False"
        assert rig.store_writes == 0


def test_provisioned_flash_is_mounted_and_keeps_settings_and_events_over_a_power_cut(
    tmp_path: Path,
) -> None:
    provision(
        tmp_path / "flash.bin",
        tmp_path / "enrolment.json",
        name="Pump 1",
        clinic_id=bytes(8),
        clinicians=[],
        pl_per_step=3_800,
    )
    text = program(
        STORAGE,
        """
        settings = Settings()
        print(settings.load(), settings.start_boot(), settings.boot, settings.pl_per_step)
        journal = Journal()
        print(journal.start(settings.boot), journal.append(1, (settings.boot,), 0))
        """,
        REST,
    )
    with board(tmp_path, text) as (rig, _):
        for _ in range(2):
            rig.run_for(200)
            rig.power_cut()
            rig.power_on()
        assert rig.flash_violations == 0
        assert lines(rig) == [
            *("True 0 False", "True True 1 3800", "True 1"),
            *("True 0 False", "True True 2 3800", "True 2"),
            *("True 0 False", "True True 3 3800", "True 3"),
        ]
