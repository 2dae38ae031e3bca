"""Boluses of patients and clinicians, from their first step to what becomes of them (SR-014 to SR-018, SR-024, SR-027, SR-030)."""

from firmware.tests.therapy_bench import Pump, budget, fields, full_fields, running
from shared.codes import Reason, State

PATIENT = State.BOLUS
CLINICIAN = State.CLINICIAN_BOLUS


def test_a_phase_gives_its_volume_to_within_the_steps_of_a_frame_and_never_more():
    for rate_nl_h in (3_000_000, 60_000_000, 100_000_000):
        for volume_nl in (3_000, 33_333, rate_nl_h // 100 + 1):
            for pl_per_step in (3_750, 3_938):
                asked = full_fields(
                    load_nl=0, load_rate_nl_h=0, max_bolus_nl=volume_nl, bolus_rate_nl_h=rate_nl_h
                )
                pump = Pump(asked, pl_per_step)
                pump.delivery.start(True, False)
                pump.frames(2)
                before = pump.session.done_steps
                assert pump.grant(PATIENT) == Reason.NONE
                made = pump.until(State.RUNNING)
                most = volume_nl * 1_000 // pl_per_step
                assert made == pump.session.done_steps - before == pump.course.given[PATIENT]
                short = most - made
                assert 0 <= short < pump.order.frame_steps[PATIENT], (volume_nl, rate_nl_h, short)
                assert pump.reason == Reason.PHASE_SPENT


def test_a_bolus_of_whole_frames_runs_exactly_as_many():
    # 54 mL/h are 400 steps a frame; 600 frames of it are 240,000 steps, 0.9 mL.
    pump = running(max_bolus_nl=900_000, bolus_rate_nl_h=54_000_000)
    assert pump.grant(PATIENT) == Reason.NONE
    moving = []
    while pump.delivery.state == PATIENT:
        moving.append(pump.frames(1))
    assert moving == [0] + [400] * 600 + [0]


def test_a_bolus_that_is_not_prescribed_does_not_begin():
    pump = Pump(fields())
    pump.delivery.start(True, False)
    for state in (PATIENT, CLINICIAN, State.LOADING, State.KVO, State.RUNNING, -1, 12):
        assert pump.delivery.begin_bolus(state) is False
        assert pump.delivery.state == State.RUNNING
    assert pump.course.boluses == pump.course.clinician_boluses == 0


def test_only_the_two_boluses_are_begun_as_boluses():
    pump = running()
    for state in (State.LOADING, State.KVO, State.PRIMING, State.RUNNING, State.PAUSED):
        assert pump.delivery.begin_bolus(state) is False
    assert pump.delivery.state == State.RUNNING and not pump.course.intent


def test_every_end_of_a_bolus_begins_the_full_lockout():
    for end, state in (
        (lambda delivery: delivery.end_phase(), State.RUNNING),
        (lambda delivery: delivery.pause(), State.PAUSED),
        (lambda delivery: delivery.remote_stop(), State.STOPPED),
        (lambda delivery: delivery.go(State.ALARM), State.ALARM),
        (lambda delivery: delivery.go(State.FAULT), State.FAULT),
        (lambda delivery: delivery.go(State.COMPLETE), State.COMPLETE),
    ):
        pump = running()
        assert pump.grant(PATIENT) == Reason.NONE
        made = pump.frames(50)
        assert pump.course.lockout_frames == 6_000
        end(pump.delivery)
        assert pump.delivery.state == state
        assert pump.course.due
        pump.frames(1)
        assert pump.course.lockout_frames == 5_999, state
        assert pump.course.boluses == 1
        assert pump.course.given[PATIENT] == made > 0


def test_the_next_bolus_comes_after_the_whole_lockout_and_not_a_frame_before():
    pump = running()
    assert pump.grant(PATIENT) == Reason.NONE
    pump.until(State.RUNNING)
    # The end fell into the last frame, the count begins with the next.
    assert pump.course.lockout_frames == 6_000
    pump.frames(5_999)
    assert pump.grant(PATIENT) == Reason.LOCKOUT
    assert pump.delivery.state == State.RUNNING
    pump.frames(1)
    assert pump.grant(PATIENT) == Reason.NONE


def test_one_bolus_more_than_prescribed_is_refused():
    pump = running()
    for _ in range(3):
        assert pump.grant(PATIENT) == Reason.NONE
        pump.until(State.RUNNING)
        pump.frames(6_000)
    assert pump.grant(PATIENT) == Reason.BOLUS_COUNT


def test_after_a_stop_during_a_bolus_start_goes_on_with_the_basal():
    for state in (PATIENT, CLINICIAN):
        pump = running()
        assert pump.grant(state) == Reason.NONE
        pump.frames(100)
        pump.delivery.pause()
        assert pump.delivery.start(True, False)
        assert pump.delivery.state == State.RUNNING
        pump.frames(2)
        assert pump.delivery.rate_nl_h() == 2_000_000
        pump.delivery.end_phase()
        assert pump.delivery.state == State.RUNNING


def test_a_patients_bolus_interrupts_a_clinicians_which_then_gives_what_was_left():
    pump = running()
    assert pump.grant(CLINICIAN) == Reason.NONE
    first = pump.frames(1_000)
    assert pump.grant(PATIENT) == Reason.NONE
    assert pump.delivery.state == PATIENT and pump.course.intent
    patients = pump.until(CLINICIAN)
    assert not pump.course.intent
    assert pump.course.given[CLINICIAN] == first
    second = pump.until(State.RUNNING)
    # Two volumes, apart.
    assert pump.course.given[PATIENT] == patients
    assert pump.course.given[CLINICIAN] == first + second
    assert 0 <= budget(pump, PATIENT) - patients < pump.order.frame_steps[PATIENT]
    assert 0 <= budget(pump, CLINICIAN) - first - second < pump.order.frame_steps[CLINICIAN]
    assert pump.course.boluses == pump.course.clinician_boluses == 1


def test_a_clinicians_bolus_can_be_interrupted_again_after_the_lockout():
    pump = running(lockout_s=300)
    assert pump.grant(CLINICIAN) == Reason.NONE
    pump.frames(100)
    for _ in range(2):
        assert pump.grant(PATIENT) == Reason.NONE
        pump.until(CLINICIAN)
        pump.frames(3_000)
    pump.until(State.RUNNING)
    assert pump.course.boluses == 2 and pump.course.clinician_boluses == 1


def test_a_clinicians_bolus_that_waits_is_over_when_the_patients_is_cut_short():
    for leave in (
        lambda delivery: delivery.pause(),
        lambda delivery: delivery.go(State.ALARM),
    ):
        pump = running()
        pump.grant(CLINICIAN)
        pump.frames(100)
        pump.grant(PATIENT)
        pump.frames(100)
        leave(pump.delivery)
        pump.delivery.start(True, False)
        pump.frames(6_001)
        assert pump.delivery.state == State.RUNNING
        # Nothing waits behind the next bolus either.
        assert pump.grant(PATIENT) == Reason.NONE
        pump.frames(2)
        pump.delivery.end_phase()
        assert pump.delivery.state == State.RUNNING


def test_no_clinicians_bolus_interrupts_a_patients():
    pump = running()
    pump.grant(PATIENT)
    assert pump.delivery.begin_bolus(CLINICIAN) is False
    assert pump.delivery.state == PATIENT


def test_no_bolus_begins_within_its_own_kind():
    for state in (PATIENT, CLINICIAN):
        pump = running()
        pump.grant(state)
        made = pump.frames(10)
        assert pump.delivery.begin_bolus(state) is False
        assert pump.course.given[state] == made > 0


def test_a_second_clinicians_bolus_begins_at_nothing():
    pump = running()
    for count in (1, 2):
        assert pump.grant(CLINICIAN) == Reason.NONE
        made = pump.until(State.RUNNING)
        assert pump.course.given[CLINICIAN] == made
        assert pump.course.clinician_boluses == count
        pump.frames(600)
