"""Power fails somewhere in an activation: afterwards there is the old prescription or the new one, whole, and nothing runs by itself (SR-023, SR-064, T11)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from hil_tests.tests.pump_bench import PumpBench
from shared.codes import Key, State

SLOWER_NL_H = 5_000_000
VOLUME_NL = {1: 20_000_000, 2: 10_000_000}


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> PumpBench:
    """A pump that has delivered of version 1 and stands, switched off."""
    with PumpBench(tmp_path_factory.mktemp("pump")) as bench:
        bench.running().run(5_000)
        bench.tap(Key.STOP)
    return bench


def confirm_and_fail(bench: PumpBench, fail: Callable[[], None]) -> None:
    """Hold OK until the power has failed as `fail` has ordered, or the activation is over; then switch on again."""
    bench.read_pages()
    bench.rig.press(Key.OK)
    bench.run(1_900)
    fail()
    for _ in range(40):
        if not bench.rig.powered:
            break
        bench.step()
    bench.rig.release(Key.OK)
    bench.rig.power_cut()
    bench.rig.run_for(500)
    bench.power_on()
    bench.run(1_500)


def second_version(
    given: PumpBench, folder: Path, chance: int, cut: Callable[[PumpBench], None]
) -> int:
    """Which version stands after a cut in the activation of the second one. Looks whether it is whole.

    chance: another one for each life of the same pump, because the clinic takes each frame once.
    """
    given_nl = given.told.total_min_nl
    assert given_nl > 0
    given.copy_of(folder)
    with PumpBench(folder, given.clinic, chance) as bench:
        assert bench.told.total_min_nl == given_nl
        given.clinic.rx_version = 1
        bench.prescribe(rate_nl_h=SLOWER_NL_H, vtbi_nl=VOLUME_NL[2])
        confirm_and_fail(bench, lambda: cut(bench))
        assert bench.state == State.STOPPED and bench.told.alarms == 0
        assert not bench.moves()
        version = bench.told.rx_version
        total_nl = given_nl if version == 1 else 0
        assert (bench.told.total_min_nl, bench.told.total_max_nl) == (total_nl, total_nl)
        assert bench.told.left_nl == VOLUME_NL[version] - total_nl
        bench.start()
        assert bench.told.rate_nl_h == (7_000_000 if version == 1 else SLOWER_NL_H)
        assert bench.moves()
        return version


def test_power_cut_in_every_third_write_of_an_activation(given: PumpBench, tmp_path: Path) -> None:
    found = []
    for write in range(1, 38, 3):

        def cut(bench: PumpBench, write: int = write) -> None:
            bench.rig.power_cut_at_write(write, write * 311 % 1_001)

        found.append(second_version(given, tmp_path / str(write), 100 + write, cut))
    # The old one up to one moment, the new one after it.
    assert found == sorted(found) and found[0] == 1 and found[-1] == 2


def test_power_cut_at_any_exchange_around_an_activation(given: PumpBench, tmp_path: Path) -> None:
    found = []
    for exchange in range(8):

        def cut(bench: PumpBench, exchange: int = exchange) -> None:
            bench.rig.power_cut_at_exchange(exchange)

        found.append(second_version(given, tmp_path / str(exchange), 200 + exchange, cut))
    assert found == sorted(found) and found[0] == 1 and found[-1] == 2


def test_power_cut_in_the_first_activation_leaves_none_or_a_whole_one_that_is_remembered(
    tmp_path: Path,
) -> None:
    found = []
    for write in range(1, 20, 2):
        with PumpBench(tmp_path / str(write)) as bench:
            bench.prescribe()
            confirm_and_fail(
                bench, partial(bench.rig.power_cut_at_write, write, write * 311 % 1_001)
            )
            assert bench.state == State.STOPPED and bench.told.alarms == 0
            found.append(bench.told.rx_version)
            bench.tap(Key.START)
            assert bench.state == (State.RUNNING if found[-1] else State.STOPPED)
            if not found[-1]:
                bench.prescribe()
                bench.confirm()
                continue
            bench.rig.power_cut()
            # An empty dose memory is a lost one from now on.
            (bench.folder / "fram.bin").write_bytes(bytes(32_768))
            bench.power_on()
            bench.run(1_500)
            assert bench.state == State.FAULT
    assert found == sorted(found) and found[0] == 0 and found[-1] == 1


def test_prescription_and_totals_survive_restarts_and_go_on(tmp_path: Path) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running().run(10_000)
        bench.tap(Key.STOP)
        before = bench.told
        for _ in range(2):
            bench.power_cycle()
            assert bench.state == State.STOPPED
            assert bench.told.rx_hash == before.rx_hash
            assert bench.told.total_min_nl == bench.told.total_max_nl == before.total_min_nl
        bench.start()
        bench.run(5_000)
        assert bench.told.total_min_nl > before.total_min_nl
