"""The heap: a whole life of the firmware in it, every frame with the heap locked, what the virtual board takes beside it, and what a chip would need."""

from __future__ import annotations

from pathlib import Path

import pytest

from hil_tests.rig.rig import BOARD_HEAP_BYTES
from hil_tests.scenario.conductor import Conductor
from hil_tests.scenario.judge import judge
from hil_tests.scenario.observations import Observations
from hil_tests.scenario.reader import read_scenario
from hil_tests.scenario.timeline import Timeline
from hil_tests.tests.virtual_board_programs import board, lines
from tools.heap_32_bit import can_measure, measure

# What an ESP32-S3 without PSRAM leaves to Python, and how much of it has to stay free for what slices need for a moment and for holes. The measured pump
# has stand-ins for the devices and no link; with words of 64 bits it holds 203 KB, the whole firmware on the bench 201 KB.
CHIP_HEAP_BYTES = 160 * 1024
CHIP_ROOM_BYTES = 20 * 1024

LIFE = """\
title = "Prescribed, confirmed, running, blocked, released, out of range and back"
requirements = ["SR-043"]
seed = 31
duration = "9 min"

[prescription]
profile = "KET_HOME_TEST"
drug = "Ketamine"
conc_ng_ml = 1_000_000
dosing_weight_g = 70_000
rate_nl_h = 7_000_000
vtbi_nl = 20_000_000
max_hour_nl = 7_500_000
max_day_nl = 170_000_000
occlusion_pa = 50_000

[[at]]
time = "1 min"
do = "occlude"
place = "distal"
name = "blocked"

[[at]]
time = "4 min"
do = "release"

[[at]]
time = "4 min 30 s"
do = "press"
key = "OK"

[[at]]
time = "5 min"
do = "press"
key = "START"
name = "started"

[[at]]
time = "6 min"
do = "link_down"

[[at]]
time = "8 min"
do = "link_up"

[[expect]]
that = "alarm"
alarm = "downstream_occlusion"
after = "blocked"
within = "100 s"

[[expect]]
that = "motor"
is = "moving"
after = "started"
within = "1 s"

[[expect]]
that = "journal_complete"
at = "9 min"
at_least = 10
"""
# The firmware as it is, with a look at the heap after each second and a lock on it in each frame.
# Prints `held bytes` when the collector finds more in use than ever before, `left bytes` at the least that was free.
WATCHED = """
import gc, micropython, sys
from firmware import main
from firmware.executive import Executive
from firmware.slices import Slices
frame, run = Executive.frame, Slices.run
figures = [0, 1 << 30]

def locked(executive, frames):
    micropython.heap_lock()
    try:
        frame(executive, frames)
    finally:
        micropython.heap_unlock()

def watched(slices, now_ms):
    run(slices, now_ms)
    if now_ms % 1_000 == 0:
        gc.collect()
        if gc.mem_alloc() > figures[0]:
            figures[0], figures[1] = gc.mem_alloc(), gc.mem_free()
            print("held", figures[0], "left", figures[1])

Executive.frame, Slices.run = locked, watched
for name in ("names", "alarm_sentences", "drug_words", "units", "uplink_messages"):
    print(name, "shared." + name in sys.modules)
main.main()
"""
DEVICES = """
import gc
gc.threshold(4096)
import machine, vfs
from esp32 import RMT, Partition
from machine import ADC, I2C, PWM, UART, WDT, Pin
devices = [RMT(0, pin=Pin(4), resolution_hz=1_000_000)]
devices += [Pin(number, Pin.OUT, value=0) for number in (5, 6, 15, 16, 35, 36, 47)]
devices += [Pin(number, Pin.IN, Pin.PULL_UP) for number in (7, 21, 37, 38, 39, 40, 41, 42)]
devices += [ADC(Pin(number), atten=ADC.ATTN_11DB) for number in (1, 2, 3, 11)]
devices += [PWM(Pin(number), freq=1_000, duty_u16=0) for number in (10, 12, 13, 14)]
devices += [I2C(0, scl=Pin(9), sda=Pin(8), freq=400_000), I2C(1, scl=Pin(18), sda=Pin(17), freq=400_000)]
devices.append(UART(1, baudrate=460_800, tx=Pin(43), rx=Pin(44), rxbuf=4_096, txbuf=4_096))
devices.append(Partition.find(Partition.TYPE_DATA, label="vigil"))
gc.collect()
print(gc.mem_alloc())
import time
time.sleep_ms(100)
"""


def test_whole_life_fits_into_the_heap_with_the_heap_locked_in_every_frame(tmp_path: Path) -> None:
    life, script, folder = tmp_path / "life.toml", tmp_path / "watched.py", tmp_path / "pump"
    life.write_text(LIFE)
    script.write_text(WATCHED)
    folder.mkdir()
    scenario = read_scenario(life)
    seen = Observations(None)
    conductor = Conductor(scenario, folder, seen, main_script=script)
    conductor.run()
    for verdict in judge(scenario.expectations, Timeline(seen)):
        assert verdict.met, (verdict.expectation.text, verdict.seen)
    told = conductor.rig.console().splitlines()
    # Words for people are for the hub and the clinic.
    assert told[:5] == [
        "names False",
        "alarm_sentences False",
        "drug_words False",
        "units False",
        "uplink_messages False",
    ]
    _held, held_bytes, _left, left_bytes = told[-1].split()
    print(f"firmware and virtual board held {held_bytes} bytes, {left_bytes} were free")
    # What slices need for a moment: a sealed frame, a record of the journal, a page of the screen.
    assert int(left_bytes) > 4_096


def test_heap_added_for_the_virtual_board_is_what_it_takes_and_its_working_room(
    tmp_path: Path,
) -> None:
    with board(tmp_path, DEVICES) as (rig, _):
        (held,) = lines(rig)
    assert BOARD_HEAP_BYTES * 85 // 100 < int(held) < BOARD_HEAP_BYTES * 95 // 100


@pytest.mark.skipif(not can_measure(), reason="needs node and `npm ci` in tools/wasm32")
def test_running_pump_fits_the_heap_of_a_chip_with_words_of_32_bits() -> None:
    heap = measure()
    print(f"64 bits {heap.in_place_64}, 32 bits {heap.in_place_32}, at most {heap.at_most_32}")
    assert heap.in_place_32 < heap.in_place_64 * 70 // 100
    assert heap.at_most_32 < CHIP_HEAP_BYTES - CHIP_ROOM_BYTES
