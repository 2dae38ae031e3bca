"""What hub, broker and one clinician can and cannot do to a pump that delivers (security T1 to T17, T23)."""

from __future__ import annotations

from pathlib import Path

from hil_tests.tests.pump_bench import TERMS, PumpBench
from shared import framing, messages
from shared.codes import Command, Event, Key, Link, Reason, Stage, State


def test_a_stop_is_obeyed_only_ok_and_start_go_on_and_a_replay_stops_nothing(
    tmp_path: Path,
) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running().run(5_000)
        frame = bench.command()
        assert bench.state == State.STOPPED
        assert not bench.moves()
        given_nl = bench.told.total_min_nl
        bench.command(Command.READ)
        assert not bench.moves(10_000)
        bench.tap(Key.START)
        assert not bench.moves(), "START without OK"
        bench.tap(Key.OK)
        bench.start()
        bench.run(3_000)
        assert bench.told.total_min_nl > given_nl > 0
        receipts = len(bench.receipts)
        for _ in range(3):
            bench.send(frame)
            assert bench.moves()
        bench.power_cycle()
        bench.tap(Key.OK)
        bench.start()
        assert bench.told.total_max_nl >= given_nl
        bench.send(frame)
        assert bench.moves()
        assert bench.state == State.RUNNING
        assert len(bench.receipts) == receipts


def test_a_replayed_prescription_is_refused_after_a_power_cut(tmp_path: Path) -> None:
    with PumpBench(tmp_path) as bench:
        _command_id, frame = bench.clinic.seal_prescription(TERMS)
        bench.send(frame)
        bench.until(lambda: bool(bench.receipts))
        bench.confirm()
        bench.power_cycle()
        told = len(bench.receipts)
        bench.send(frame)
        bench.run(20_000)
        assert bench.state == State.STOPPED and len(bench.receipts) == told
        assert bench.told.rx_version == 1


def test_a_flood_of_forged_frames_delays_no_frame_of_the_pump(tmp_path: Path) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running()
        _command_id, good = bench.clinic.seal_simple(Command.STOP)
        forged = bytearray(good)
        forged[-1] ^= 1
        frame = framing.encode(Link.COMMAND, messages.pack_command_frame(bytes(forged)))
        before_nl = bench.told.total_min_nl
        for _ in range(100):
            bench.rig.give_uart(frame * 3 + b"\xa5\x5a noise")
            bench.step()
        bench.run(5_000)
        assert bench.state == State.RUNNING and bench.moves()
        assert bench.told.total_min_nl > before_nl
        assert not [event for event in bench.events if event.code == Event.FRAME_OVERRUN]
        # The real one is still let in.
        bench.send(good)
        bench.until(lambda: bench.state == State.STOPPED)


def test_a_command_with_the_largest_version_ends_as_a_refusal_not_as_a_dead_pump(
    tmp_path: Path,
) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running()
        bench.clinic.rx_version = 0xFFFFFFFE
        _command_id, frame = bench.clinic.seal_prescription(TERMS)
        bench.send(frame)
        bench.until(lambda: bench.receipts[-1].stage == Stage.REFUSED)
        assert bench.receipts[-1].reason == Reason.WRONG_VERSION
        bench.run(2_000)
        refused = [event for event in bench.events if event.code == Event.RX_REFUSED]
        assert refused[-1].args[0] == 0xFFFFFFFF
        assert bench.state == State.RUNNING and bench.rig.resets == []


def test_stop_at_the_pump_declines_and_a_remote_stop_leaves_the_question_open(
    tmp_path: Path,
) -> None:
    with PumpBench(tmp_path) as bench:
        bench.prescribe()
        bench.read_pages()
        bench.command()
        assert bench.state == State.CONFIRMING
        # OK held and STOP pressed: no wins.
        bench.rig.press(Key.OK)
        bench.run(1_000)
        bench.tap(Key.STOP)
        bench.run(2_000)
        bench.rig.release(Key.OK)
        assert (bench.receipts[-1].stage, bench.receipts[-1].reason) == (
            Stage.REFUSED,
            Reason.DECLINED,
        )
        assert bench.state == State.STOPPED and bench.told.rx_version == 0
        bench.tap(Key.START)
        assert bench.state == State.STOPPED and not bench.moves()
