"""The firmware's whole frame with the heap locked, from sense to annunciate, while it delivers, alarms and takes keys.

A locked heap turns every allocation into a MemoryError, and that ends the program: `FirmwareDied`.
"""

from pathlib import Path

import pytest

from hil_tests.rig import Rig
from hil_tests.scenario.bench_pump import provision_bench_pump
from hil_tests.scenario.keys import make_keys
from hil_tests.tests.pump_bench import fields_of
from hil_tests.tests.virtual_board_programs import board, lines
from shared import alarm_table as alarm
from shared.codes import Key, State

NL_H_PER_STEP_A_FRAME = 36 * 3_750
OCCLUSION_PA = 50_000
# Prints a line whenever state, alarms, acknowledgements or faults change: `frame state active seen faults`.
PROGRAM = """
import micropython, time
from firmware import boards, main
device = boards.current()
executive, slices = main.start(device)
pump = executive.pump
terms = TERMS
pump.keeper.begin_session(1)
pump.session.begin(1)
loaded = pump.load_prescription(terms, b"terms", 1)
device.start_watchdog()

def locked(work, argument):
    micropython.heap_lock()
    try:
        work(argument)
    finally:
        micropython.heap_unlock()

try:
    locked(bytearray, 64)
except MemoryError:
    print("locked", loaded)
mono_ms = 0
told = None
while True:
    locked(executive.frame, 1)
    slices.run(mono_ms)
    mono_ms += 100
    conditions = pump.conditions
    now = (pump.delivery.state, conditions.active, conditions.seen, pump.faults.latched)
    if now != told:
        told = now
        print(mono_ms // 100, *now)
    time.sleep_ms(100)
"""


def text(rate_nl_h: int) -> str:
    terms = fields_of(
        rate_nl_h=rate_nl_h,
        occlusion_pa=OCCLUSION_PA,
        vtbi_nl=100_000_000,
        max_hour_nl=90_000_000,
        max_4h_nl=100_000_000,
        max_day_nl=100_000_000,
        max_minutes=600,
    )
    return PROGRAM.replace("TERMS", repr(terms))


def provisioned(folder: Path) -> Path:
    provision_bench_pump(folder, make_keys(1), 3_750)
    return folder


def last(rig: Rig) -> list[int]:
    """State, active alarms, seen ones and faults, as the program told them last."""
    return [int(word) for word in lines(rig)[-1].split()[1:]]


def tap(rig: Rig, key: int) -> None:
    rig.hold(key, 300)
    rig.run_for(300)


@pytest.mark.parametrize("rate_nl_h", [1_000_000, 50_000_000])
def test_frame_allocates_nothing_while_it_delivers_alarms_and_takes_keys(
    tmp_path: Path, rate_nl_h: int
) -> None:
    # The program is compiled into the heap, and two pulse trains of 50 mL/h take 12 KB of it: this is not the test of its size.
    with board(provisioned(tmp_path), text(rate_nl_h), heap="320k") as (rig, plant):
        senses = plant.senses
        rig.run_for(1_000)
        assert lines(rig)[0] == "locked True"
        assert last(rig) == [State.STOPPED, 0, 0, 0]
        tap(rig, Key.START)
        before = rig.steps_total
        rig.run_for(200_000)
        assert abs(rig.steps_total - before - 2_000 * rate_nl_h // NL_H_PER_STEP_A_FRAME) <= 1
        # Nobody has answered on the link meanwhile: a low alarm came, and delivery went on.
        assert last(rig) == [State.RUNNING, 1 << alarm.LINK_LOST, 0, 0]

        tap(rig, Key.STOP)
        assert last(rig)[0] == State.PAUSED
        # With STOP down, which keeps power from the motor, START starts nothing.
        rig.press(Key.STOP)
        tap(rig, Key.START)
        rig.release(Key.STOP)
        rig.run_for(200)
        assert last(rig)[0] == State.PAUSED
        tap(rig, Key.START)
        for key in (Key.UP, Key.DOWN, Key.SILENCE, Key.OK):
            tap(rig, key)
        assert last(rig)[0] == State.RUNNING

        senses.downstream_pa = OCCLUSION_PA + 10_000
        rig.run_for(300)
        assert rig.sounder_hz == 880
        assert last(rig)[0] == State.ALARM
        assert last(rig)[1] & 1 << alarm.DOWNSTREAM_OCCLUSION
        tap(rig, Key.SILENCE)
        assert rig.sounder_hz == 0
        senses.downstream_pa = 0
        # OK speaks about what stands complete on the glass.
        rig.run_for(1_000)
        tap(rig, Key.OK)
        tap(rig, Key.START)
        assert last(rig)[0] == State.RUNNING
        assert not last(rig)[1] & 1 << alarm.DOWNSTREAM_OCCLUSION

        # A sensor that is gone raises OSError in every frame; three in a row are an alarm.
        senses.encoder_answers = False
        rig.run_for(1_000)
        assert last(rig)[0] == State.ALARM
        assert last(rig)[1] & 1 << alarm.SENSOR_FAULT
        rig.run_for(20_000)
        assert rig.resets == []
