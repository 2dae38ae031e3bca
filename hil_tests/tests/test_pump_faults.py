"""Faults of the pump's own parts: delivery stops, somebody is told, and nothing resumes by itself (SR-023, SR-068 to SR-073, SR-092, SR-094)."""

from __future__ import annotations

from pathlib import Path

import pytest

from hil_tests.scenario.bench_pump import provision_bench_pump
from hil_tests.scenario.keys import make_keys
from hil_tests.tests.pump_bench import PumpBench, fields_of
from hil_tests.tests.virtual_board_programs import board, lines
from hil_tests.virtual_board import words
from shared import alarm_table as alarm
from shared.codes import Event, Key, Reason, Stage, State


def sensor_gone(bench: PumpBench, name: str) -> None:
    bench.plant.stimulate("mute", sensor=name)


def sensor_back(bench: PumpBench, name: str) -> None:
    bench.plant.stimulate("unmute", sensor=name)


@pytest.mark.parametrize("name", ["encoder", "downstream", "upstream"])
def test_a_silent_sensor_stops_delivery_until_it_is_back_seen_and_started(
    tmp_path: Path, name: str
) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running()
        sensor_gone(bench, name)
        bench.run(2_000)
        assert bench.state == State.ALARM and bench.alarmed(alarm.SENSOR_FAULT)
        assert not bench.moves()
        bench.tap(Key.START)
        bench.tap(Key.OK)
        bench.tap(Key.START)
        assert bench.alarmed(alarm.SENSOR_FAULT) and not bench.moves()
        sensor_back(bench, name)
        bench.run(3_000)
        assert not bench.alarmed(alarm.SENSOR_FAULT)
        assert bench.state == State.ALARM and not bench.moves()
        bench.start()
        assert bench.moves()


def test_a_held_bus_is_freed_and_delivery_waits_for_a_person(tmp_path: Path) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running()
        bench.rig.set_fault("bus1_stuck")
        bench.run(600)
        bench.rig.set_fault("bus1_stuck", False)
        bench.run(4_000)
        assert bench.alarmed(alarm.SENSOR_FAULT) and not bench.moves()
        bench.tap(Key.OK)
        bench.start()
        assert bench.moves()


def test_a_hang_ends_in_a_watchdog_reset_and_a_fault_that_only_a_power_cycle_clears(
    tmp_path: Path,
) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running().run(5_000)
        steps = bench.rig.steps_total
        bench.rig.stall(1_500)
        bench.run(10_000)
        assert [cause for _, cause in bench.rig.resets] == [words.WDT_RESET]
        assert bench.state == State.FAULT and bench.alarmed(alarm.SYSTEM_FAULT)
        assert bench.alarmed(alarm.RESTARTED)
        for key in (Key.OK, Key.OK, Key.START):
            bench.tap(key)
        assert bench.state == State.FAULT and not bench.moves()
        # At most the train that had begun when it hung.
        assert bench.rig.steps_total - steps <= 60
        bench.power_cycle()
        bench.tap(Key.OK)
        bench.start()
        assert bench.moves()


def test_an_erased_dose_memory_is_a_fault_again_and_again(tmp_path: Path) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running().run(5_000)
        bench.rig.power_cut()
        (tmp_path / "fram.bin").write_bytes(bytes(32_768))
        for _ in range(2):
            bench.rig.run_for(500)
            bench.power_on()
            bench.run(2_000)
            assert bench.state == State.FAULT and bench.alarmed(alarm.STORAGE_FAULT)
            assert bench.told.rx_version == 1
            bench.tap(Key.OK)
            bench.tap(Key.START)
            assert not bench.moves(1_000)
            bench.rig.power_cut()


def test_a_restart_nobody_has_seen_is_told_again_and_one_that_was_seen_is_not(
    tmp_path: Path,
) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running().run(3_000)
        for _ in range(2):
            bench.power_cycle()
            bench.run(1_500)
            assert bench.alarmed(alarm.RESTARTED)
        bench.tap(Key.OK)
        assert not bench.alarmed(alarm.RESTARTED)
        total_nl = bench.told.total_max_nl
        bench.power_cycle()
        bench.run(1_500)
        assert not bench.alarmed(alarm.RESTARTED)
        assert bench.state == State.STOPPED and not bench.moves()
        assert bench.told.total_max_nl == total_nl


def test_pages_under_an_alarm_are_not_read_and_ok_answers_the_alarm_first(tmp_path: Path) -> None:
    with PumpBench(tmp_path) as bench:
        bench.prescribe()
        sensor_gone(bench, "downstream")
        bench.run(1_500)
        assert bench.state == State.CONFIRMING and bench.alarmed(alarm.SENSOR_FAULT)
        bench.read_pages()
        sensor_back(bench, "downstream")
        # The first long OK acknowledges the alarm; it confirms nothing.
        bench.tap(Key.OK, 3_000)
        assert bench.state == State.CONFIRMING and not bench.alarmed(alarm.SENSOR_FAULT)
        # The pages pressed under it do not count.
        bench.tap(Key.OK, 3_000)
        assert bench.state == State.CONFIRMING
        bench.confirm()
        assert bench.state == State.STOPPED and bench.told.rx_version == 1


def test_a_fault_while_a_person_reads_refuses_the_prescription(tmp_path: Path) -> None:
    with PumpBench(tmp_path) as bench:
        bench.prescribe()
        bench.rig.set_fault("flash_dead")
        bench.rig.press(Key.START)  # an event that cannot be written
        bench.until(lambda: bench.receipts[-1].stage == Stage.REFUSED)
        assert bench.receipts[-1].reason == Reason.NOT_CONFIRMED
        bench.run(1_500)
        assert bench.state == State.FAULT and bench.told.rx_version == 0


def test_stop_may_be_pressed_again_and_again(tmp_path: Path) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running()
        for _ in range(8):
            bench.tap(Key.STOP)
            assert bench.state == State.PAUSED
            bench.start()
        assert not [event for event in bench.events if event.code == Event.FAULT_LATCHED]


def test_a_dead_flash_is_a_fault_that_stands_and_is_heard(tmp_path: Path) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running().run(3_000)
        bench.rig.set_fault("flash_dead")
        bench.tap(Key.STOP)
        bench.run(30_000)
        assert bench.state == State.FAULT and bench.alarmed(alarm.STORAGE_FAULT)
        assert bench.rig.resets == [] and not bench.moves()
        bench.until(lambda: bench.rig.sounder_hz > 0, 10_000)
        bench.rig.set_fault("flash_dead", False)
        bench.power_cycle()
        bench.run(5_000)
        numbers = [event.log_seq for event in bench.events]
        assert sorted(set(numbers)) == list(range(1, len(set(numbers)) + 1))
        assert bench.told.alarms == 0
        bench.start()
        assert bench.moves()


def test_a_store_that_fails_at_the_activation_leaves_the_old_prescription(tmp_path: Path) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running()
        bench.tap(Key.STOP)
        bench.clinic.rx_version = 1
        bench.prescribe(rate_nl_h=5_000_000)
        bench.read_pages()
        bench.rig.press(Key.OK)
        bench.run(1_900)
        bench.rig.set_fault("flash_dead")
        bench.until(lambda: bench.receipts[-1].stage == Stage.REFUSED)
        bench.rig.release(Key.OK)
        assert bench.receipts[-1].reason == Reason.STORAGE
        bench.run(1_500)
        assert bench.state == State.FAULT and bench.told.rx_version == 1
        bench.rig.set_fault("flash_dead", False)
        bench.power_cycle()
        assert bench.state == State.STOPPED and bench.told.rx_version == 1
        bench.start()
        assert bench.told.rate_nl_h == 7_000_000


def test_a_silent_dose_memory_ends_delivery_when_its_promise_is_used_up(tmp_path: Path) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running()
        bench.rig.set_fault("fram_silent")
        bench.until(lambda: bench.state == State.FAULT)
        assert bench.alarmed(alarm.STORAGE_FAULT)
        bench.run(3_000)
        refused = [event for event in bench.events if event.code == Event.LIMIT_REFUSED]
        assert len(refused) == 1 and refused[0].args[0] == Reason.DOSE_MEMORY
        given = bench.rig.steps_total
        bench.rig.set_fault("fram_silent", False)
        bench.power_cycle()
        # Never less than was made.
        assert bench.told.total_max_nl * 1_000 >= given * 3_750


@pytest.mark.parametrize("rate_nl_h", [7_000_000, 35_000_000])
def test_a_tap_on_stop_between_two_samples_stops_and_is_no_fault(
    tmp_path: Path, rate_nl_h: int
) -> None:
    fast = {
        "profile": "MG",
        "drug": "Magnesium sulphate",
        "conc_ng_ml": 40_000_000,
        "dosing_weight_g": 140_000,
        "rate_nl_h": rate_nl_h,
        "vtbi_nl": 200_000_000,
        "max_hour_nl": 40_000_000,
        "max_day_nl": 400_000_000,
    }
    with PumpBench(tmp_path) as bench:
        bench.prescribe(**fast)
        bench.confirm()
        bench.start()
        bench.run(3_000)
        bench.rig.press(Key.STOP)
        bench.rig.release(Key.STOP)
        bench.run(1_500)
        assert bench.state == State.PAUSED
        assert not bench.moves()
        assert bench.told.alarms == 0
        bench.start()
        assert bench.moves()


# A pump with a prescription, driven frame by frame.
BY_HAND = """
import time
from firmware import boards, main
from firmware.safety import limits
device = boards.current()
executive, slices = main.start(device)
pump = executive.pump
terms = TERMS
pump.keeper.begin_session(1)
pump.session.begin(1)
pump.load_prescription(terms, b"terms", 1)
device.start_watchdog()
mono_ms = 0

def frames(count):
    global mono_ms
    for _ in range(count):
        executive.frame(1)
        slices.run(mono_ms)
        mono_ms += 100
        time.sleep_ms(100)

""".replace("TERMS", repr(fields_of(vtbi_nl=100_000_000)))

FORGOTTEN = """
frames(5)
pump.delivery.frames_in_state = limits.PAUSED_TOO_LONG_FRAMES
frames(5)
print("never begun", pump.conditions.active)
pump.delivery.start(True, False)
frames(20)
pump.stop_remote()
frames(5)
print("stopped", pump.delivery.state, pump.conditions.active)
pump.conditions.acknowledge(16, 16)
pump.delivery.frames_in_state = limits.PAUSED_TOO_LONG_FRAMES - 3
frames(5)
print("forgotten", pump.conditions.active)
frames(1_000)
"""


def test_an_infusion_that_a_remote_stop_has_left_standing_is_told_after_ten_minutes(
    tmp_path: Path,
) -> None:
    provision_bench_pump(tmp_path, make_keys(1), 3_750)
    with board(tmp_path, BY_HAND + FORGOTTEN, heap="320k") as (rig, _):
        rig.run_for(8_000)
        assert lines(rig) == [
            "never begun 0",
            f"stopped {State.STOPPED} {1 << alarm.REMOTE_STOP}",
            f"forgotten {1 << alarm.PAUSED_TOO_LONG}",
        ]


NO_MEMORY = """
class Full:
    def __init__(self, real):
        self.real = real
        self.left = 3

    def slice(self, now_ms):
        if self.left:
            self.left -= 1
            raise MemoryError("planted")
        self.real.slice(now_ms)

    def __getattr__(self, name):
        return getattr(self.real, name)

frames(5)
pump.delivery.start(True, False)
frames(20)
given = pump.session.done_steps
link = slices._link
link.courier = Full(link.courier)
frames(3)
print("shed", link.courier.left, link.courier.linked, pump.delivery.state)
frames(20)
print("goes on", pump.session.done_steps > given, pump.conditions.active)
frames(1_000)
"""


def test_memory_that_runs_out_on_the_link_costs_the_link_and_nothing_else(tmp_path: Path) -> None:
    provision_bench_pump(tmp_path, make_keys(1), 3_750)
    with board(tmp_path, BY_HAND + NO_MEMORY, heap="320k") as (rig, _):
        rig.run_for(8_000)
        assert lines(rig) == [f"shed 0 False {State.RUNNING}", "goes on True 0"]
