"""The end of an infusion, the dose windows, and a link that is gone, on the whole pump (SR-010, SR-020 to SR-023, SR-092, SR-094, SR-113)."""

from __future__ import annotations

from pathlib import Path

from hil_tests.tests.pump_bench import PumpBench
from shared import alarm_table as alarm
from shared.codes import Event, Key, Reason, Stage, State

SMALL_NL = 40_000  # 20 s at 7 mL/h


def test_an_infusion_ends_at_its_volume_and_only_a_new_prescription_leads_on(
    tmp_path: Path,
) -> None:
    with PumpBench(tmp_path) as bench:
        bench.prescribe(vtbi_nl=SMALL_NL)
        bench.confirm()
        bench.start()
        bench.until(lambda: bench.state == State.COMPLETE)
        bench.run(1_500)
        assert bench.alarmed(alarm.INFUSION_COMPLETE)
        assert SMALL_NL - 200 < bench.told.total_max_nl <= SMALL_NL
        assert 0 <= bench.told.left_nl < 200
        done = [event for event in bench.events if event.code == Event.DELIVERY_COMPLETE]
        assert len(done) == 1
        bench.tap(Key.START)
        assert not bench.moves()
        bench.command()
        assert bench.state == State.COMPLETE
        # The alarm that nobody has seen stands before the pages of the next prescription.
        bench.prescribe(vtbi_nl=SMALL_NL * 2)
        bench.read_pages()
        bench.tap(Key.OK)
        assert not bench.alarmed(alarm.INFUSION_COMPLETE)
        bench.confirm()
        assert bench.state == State.STOPPED and bench.told.total_max_nl == 0
        bench.start()
        assert bench.moves() and bench.told.alarms & alarm.STOP_MASK == 0


def test_a_declined_prescription_leaves_a_complete_infusion_complete(tmp_path: Path) -> None:
    with PumpBench(tmp_path) as bench:
        bench.prescribe(vtbi_nl=SMALL_NL)
        bench.confirm()
        bench.start()
        bench.until(lambda: bench.state == State.COMPLETE)
        bench.tap(Key.OK)
        bench.prescribe()
        bench.tap(Key.STOP)
        assert bench.receipts[-1].reason == Reason.DECLINED
        assert bench.state == State.COMPLETE and bench.alarmed(alarm.INFUSION_COMPLETE)
        bench.tap(Key.OK)
        bench.tap(Key.START)
        assert not bench.moves()


def test_a_power_cut_near_the_end_never_counts_more_than_was_prescribed(tmp_path: Path) -> None:
    with PumpBench(tmp_path) as bench:
        bench.prescribe(vtbi_nl=SMALL_NL)
        bench.confirm()
        bench.start()
        bench.until(lambda: bench.told.left_nl < 6_000)
        assert bench.state == State.RUNNING
        made = bench.rig.steps_total
        bench.power_cycle()
        assert bench.told.total_min_nl * 1_000 <= made * 3_750 + 500
        assert made * 3_750 <= bench.told.total_max_nl * 1_000 <= SMALL_NL * 1_000
        assert bench.told.left_nl >= 0
        bench.tap(Key.OK)
        bench.tap(Key.START)
        bench.until(lambda: bench.state == State.COMPLETE)
        assert bench.rig.steps_total * 3_750 <= SMALL_NL * 1_000


def test_the_hour_counts_what_an_earlier_prescription_gave_and_start_leads_not_around_it(
    tmp_path: Path,
) -> None:
    with PumpBench(tmp_path) as bench:
        bench.running().run(90_000)
        bench.tap(Key.STOP)
        assert bench.told.total_max_nl > 150_000
        bench.clinic.rx_version = 1
        bench.prescribe(rate_nl_h=100_000, max_hour_nl=150_000)
        bench.confirm()
        before = bench.rig.steps_total
        bench.tap(Key.START)
        for _ in range(3):
            bench.run(1_500)
            assert bench.state == State.ALARM and bench.alarmed(alarm.DOSE_LIMIT)
            bench.tap(Key.OK)
            bench.tap(Key.START)
        bench.power_cycle()
        bench.tap(Key.OK)
        bench.tap(Key.START)
        bench.run(3_000)
        assert bench.state == State.ALARM and bench.alarmed(alarm.DOSE_LIMIT)
        assert bench.rig.steps_total == before
        refused = [event for event in bench.events if event.code == Event.LIMIT_REFUSED]
        assert len(refused) >= 4
        assert {event.args[0] for event in refused} == {Reason.HOUR_LIMIT_REACHED}


def test_a_link_that_goes_while_a_person_reads_changes_nothing_but_a_low_alarm(
    tmp_path: Path,
) -> None:
    with PumpBench(tmp_path) as bench:
        bench.prescribe()
        bench.hub.set_up(False)
        bench.run(30_000)
        # The low alarm covers the pages until it is seen.
        bench.tap(Key.OK)
        bench.read_pages()
        bench.tap(Key.OK, 2_500)
        bench.tap(Key.START)
        assert bench.moves()
        told = len(bench.receipts)
        bench.hub.set_up(True)
        bench.run(10_000)
        assert [one.stage for one in bench.receipts[told:]] == [Stage.CONFIRMED, Stage.ACTIVE]
        assert bench.state == State.RUNNING and not bench.alarmed(alarm.LINK_LOST)
        codes = [event.code for event in bench.events]
        assert Event.LINK_LOST in codes and Event.LINK_BACK in codes
        numbers = [event.log_seq for event in bench.events]
        assert numbers == list(range(1, len(numbers) + 1))
