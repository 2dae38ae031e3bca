"""Load, KVO and priming, from their first step to what becomes of them (SR-008, SR-017, SR-056)."""

from firmware.safety import limits
from firmware.tests.therapy_bench import Pump, budget, fields, full_fields, running
from shared.codes import Reason, State


def test_the_load_comes_first_and_once():
    pump = Pump(full_fields())
    assert pump.delivery.start(True, False)
    assert pump.delivery.state == State.LOADING
    made = pump.until(State.RUNNING)
    assert budget(pump, State.LOADING) - 223 < made <= budget(pump, State.LOADING)
    pump.delivery.pause()
    assert pump.delivery.start(True, False)
    assert pump.delivery.state == State.RUNNING


def test_a_load_cut_short_is_over_for_good():
    for leave in (
        lambda delivery: delivery.pause(),
        lambda delivery: delivery.remote_stop(),
        lambda delivery: delivery.go(State.ALARM),
    ):
        pump = Pump(full_fields())
        pump.delivery.start(True, False)
        made = pump.frames(20)
        leave(pump.delivery)
        assert pump.course.load_closed and pump.course.due
        assert pump.delivery.start(True, False)
        assert pump.delivery.state == State.RUNNING
        assert pump.course.given[State.LOADING] == made > 0


def test_a_load_cut_short_by_a_restart_is_over_for_good():
    pump = Pump(full_fields())
    pump.delivery.start(True, False)
    kept = pump.course.snapshot()  # stored before its first step
    pump.frames(20)
    after = Pump(full_fields())
    after.course.resume(*kept)
    assert after.delivery.start(True, False)
    assert after.delivery.state == State.RUNNING


def test_a_prescription_without_a_load_starts_with_the_basal():
    pump = Pump(fields())
    assert pump.delivery.start(True, False)
    assert pump.delivery.state == State.RUNNING and not pump.course.load_closed


def test_kvo_runs_its_own_rate_and_budget_and_goes_back_to_complete():
    pump = running()
    pump.delivery.go(State.COMPLETE)
    assert pump.delivery.begin_kvo() is True
    assert pump.delivery.complete()
    made = pump.until(State.COMPLETE)
    assert 0 <= budget(pump, State.KVO) - made < pump.order.frame_steps[State.KVO]
    # No second one: its budget is that of the prescription.
    assert pump.delivery.begin_kvo() is True
    assert pump.until(State.COMPLETE, 10) == 0


def test_kvo_after_a_dose_limit_goes_back_to_the_alarm_from_which_start_leads_on():
    for leave, after in (
        (lambda delivery: delivery.end_phase(), State.ALARM),
        (lambda delivery: delivery.pause(), State.PAUSED),
        (lambda delivery: delivery.remote_stop(), State.STOPPED),
    ):
        pump = running()
        pump.delivery.go(State.ALARM)
        assert pump.delivery.begin_kvo() is True
        assert not pump.delivery.complete()
        pump.frames(3)
        leave(pump.delivery)
        assert pump.delivery.state == after
        assert pump.delivery.start(True, False)


def test_where_a_kvo_came_from_is_forgotten_with_it():
    pump = running()
    pump.delivery.go(State.COMPLETE)
    pump.delivery.begin_kvo()
    pump.delivery.go(State.ALARM)
    assert pump.delivery.begin_kvo()
    pump.delivery.pause()
    assert pump.delivery.state == State.PAUSED


def test_kvo_that_is_not_prescribed_does_not_begin():
    pump = Pump(fields())
    pump.delivery.go(State.COMPLETE)
    assert pump.delivery.begin_kvo() is False
    assert pump.delivery.state == State.COMPLETE


def test_the_end_of_the_volume_closes_whatever_phase_runs():
    pump = running(vtbi_nl=20_000_000, min_minutes=30)
    pump.session.give(pump.order.vtbi_steps - budget(pump, State.BOLUS) - pump.session.done_steps)
    assert pump.grant(State.BOLUS) == Reason.NONE
    pump.session.give(1_000)
    pump.until(State.COMPLETE)
    assert pump.course.lockout_frames == 6_000
    assert pump.session.done_steps <= pump.order.vtbi_steps


def test_priming_fills_the_line_and_counts_for_nobody_but_the_bag():
    """SR-057"""
    pump = Pump(full_fields())
    assert pump.delivery.begin_prime() is True
    before = pump.course.bag_steps
    made = pump.until(State.STOPPED)
    assert 0 <= limits.PRIME_STEPS - made < limits.PRIME_STEPS_PER_FRAME
    assert pump.session.done_steps == pump.session.frames == pump.windows.hour_steps == 0
    assert pump.course.bag_steps == before + made
    # A second one has to be confirmed again, and begins at nothing.
    assert pump.delivery.begin_prime() is True
    assert pump.course.given[State.PRIMING] == 0


def test_priming_ends_in_the_frame_in_which_ok_is_let_go():
    pump = Pump(full_fields())
    pump.delivery.begin_prime()
    for _ in range(5):
        assert pump.delivery.prime(True) is False
        pump.frames(1)
    assert pump.delivery.state == State.PRIMING
    assert pump.delivery.prime(False) is False
    assert pump.delivery.state == State.STOPPED and pump.course.due


def test_no_priming_fails_where_nothing_is_primed():
    pump = running()
    pump.frames(limits.PRIME_TIMEOUT_FRAMES)
    for ok_held in (True, False):
        assert pump.delivery.prime(ok_held) is False
    assert pump.delivery.state == State.RUNNING


def test_priming_that_takes_too_long_has_failed():
    pump = Pump(full_fields())
    pump.ready = False
    pump.delivery.begin_prime()
    pump.frames(limits.PRIME_TIMEOUT_FRAMES - 1)
    assert pump.delivery.prime(True) is False and pump.delivery.state == State.PRIMING
    pump.frames(1)
    assert pump.delivery.prime(True) is True
    assert pump.delivery.state == State.STOPPED
    # Let go in the very frame in which the time was over: it has failed all the same.
    pump.delivery.begin_prime()
    pump.frames(limits.PRIME_TIMEOUT_FRAMES)
    assert pump.delivery.prime(False) is True


def test_priming_needs_a_prescription():
    pump = Pump(fields())
    pump.programme.clear()
    assert pump.delivery.begin_prime() is False
    assert pump.delivery.state == State.STOPPED


def test_a_whole_litre_in_the_smallest_steps_is_counted_in_small_integers():
    pump = Pump(full_fields(vtbi_nl=1_000_000_000), 3_562)
    assert pump.order.vtbi_steps == 1_000_000_000_000 // 3_562 < 1 << 30
