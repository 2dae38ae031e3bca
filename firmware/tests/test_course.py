"""What must survive a restart: no restart, no alarm and no clock gives a bolus, a load or a lockout back (SR-015 to SR-018, SR-023)."""

from firmware.safety import limits
from firmware.tests.small_heap import locked
from firmware.therapy.course import MOST_STEPS, Course
from shared.codes import State

LOCKOUT_FRAMES = 6_000
PHASES = (State.BOLUS, State.LOADING, State.CLINICIAN_BOLUS, State.KVO, State.PRIMING)


def pass_frames(course, frames):
    for _ in range(frames):
        course.tick(1)


def test_a_new_course_has_begun_nothing_and_waits_for_nothing():
    course = Course()
    assert course.snapshot() == (0, 0, 0, 0, 0, False, 0, 0)
    assert not course.intent and not course.due and course.intact()
    assert list(course.given) == [0] * 12


def test_each_phase_counts_itself_when_it_begins_and_nothing_else():
    for state in PHASES:
        course = Course()
        course.begin(state, LOCKOUT_FRAMES)
        bolus = state == State.BOLUS
        assert course.boluses == (1 if bolus else 0), state
        assert course.lockout_frames == (LOCKOUT_FRAMES if bolus else 0), state
        assert course.clinician_boluses == (1 if state == State.CLINICIAN_BOLUS else 0), state
        assert course.load_closed is (state == State.LOADING), state
        assert course.intent and not course.due, state
        assert course.intact(), state
        course.stored()
        assert not course.intent


def test_the_lockout_counts_from_the_end_of_the_bolus_and_not_from_its_begin():
    course = Course()
    course.begin(State.BOLUS, LOCKOUT_FRAMES)
    pass_frames(course, 900)
    assert course.lockout_frames == LOCKOUT_FRAMES
    assert course.lockout_s == 600
    course.end(State.BOLUS)
    assert course.due
    pass_frames(course, 1)
    assert course.lockout_frames == LOCKOUT_FRAMES - 1
    pass_frames(course, LOCKOUT_FRAMES - 2)
    assert course.lockout_frames == 1 and course.lockout_s == 1
    pass_frames(course, 1)
    assert course.lockout_frames == 0
    pass_frames(course, 10)
    assert course.lockout_frames == 0 and course.lockout_s == 0
    assert course.intact()


def test_the_lockout_of_a_patient_runs_on_while_a_clinicians_bolus_runs():
    course = Course()
    course.begin(State.BOLUS, LOCKOUT_FRAMES)
    course.end(State.BOLUS)
    course.begin(State.CLINICIAN_BOLUS, LOCKOUT_FRAMES)
    pass_frames(course, 100)
    course.end(State.CLINICIAN_BOLUS)
    assert course.lockout_frames == LOCKOUT_FRAMES - 100


def test_the_end_of_another_phase_does_not_let_a_bolus_count_down():
    course = Course()
    course.begin(State.BOLUS, LOCKOUT_FRAMES)
    course.end(State.CLINICIAN_BOLUS)
    pass_frames(course, 10)
    assert course.lockout_frames == LOCKOUT_FRAMES


def test_a_clock_that_jumps_shortens_no_lockout_by_more_than_a_second():
    for frames, passed in ((9, 9), (10, 10), (11, 10), (1_000_000, 10)):
        course = Course()
        course.resume(1, 0, 0, 600, 0, False, 0, 0)
        course.tick(frames)
        assert course.lockout_frames == LOCKOUT_FRAMES - passed, frames
    course.resume(1, 0, 0, 1, 0, False, 0, 0)
    course.tick(6)
    course.tick(6)
    assert course.lockout_frames == 0 and course.intact()


def test_seconds_of_lockout_are_rounded_up():
    course = Course()
    course.resume(1, 0, 0, 2, 0, False, 0, 0)
    for frames, seconds in ((20, 2), (19, 2), (11, 2), (10, 1), (1, 1), (0, 0)):
        while course.lockout_frames > frames:
            course.tick(1)
        assert course.lockout_s == seconds, frames


def test_a_phase_counts_its_own_steps_and_the_bag_counts_them_all():
    course = Course()
    for state in PHASES:
        course.begin(state, 0)
        course.give(state, 10 * state)
        course.give(state, 1)
    for state in range(12):
        assert course.given[state] == (10 * state + 1 if state in PHASES else 0), state
    assert course.bag_steps == sum(course.given)
    course.give(State.RUNNING, 5)
    assert course.given[State.RUNNING] == 5
    assert course.intact()


def test_a_new_bolus_or_prime_begins_at_nothing_but_load_and_kvo_have_one_budget_for_all():
    course = Course()
    for state in PHASES:
        course.begin(state, 0)
        course.give(state, 100)
        course.end(state)
        course.begin(state, 0)
        keeps = state in (State.LOADING, State.KVO)
        assert course.given[state] == (100 if keeps else 0), state
        assert course.intact(), state


def test_a_changed_bag_is_full_and_has_to_be_stored():
    course = Course()
    course.give(State.RUNNING, 70)
    course.change_bag()
    assert course.bag_steps == 0 and course.due
    course.give(State.RUNNING, 3)
    assert course.bag_steps == 3
    assert course.given[State.RUNNING] == 73


def test_it_is_due_at_the_end_of_each_phase():
    for state in PHASES:
        course = Course()
        course.begin(state, 0)
        course.stored()
        course.end(state)
        assert course.due and not course.intent, state
        course.stored()
        assert not course.due, state


def test_it_is_due_each_minute_in_which_something_has_changed():
    course = Course()
    pass_frames(course, 1_300)
    assert not course.due  # nothing has
    course.resume(1, 0, 0, 90, 0, False, 0, 0)
    pass_frames(course, 599)
    assert not course.due
    pass_frames(course, 1)
    assert course.due
    course.stored()
    pass_frames(course, 600)  # the lockout runs out in this minute
    assert course.due
    course.stored()
    pass_frames(course, 600)
    assert not course.due
    course.give(State.RUNNING, 0)
    pass_frames(course, 600)
    assert not course.due
    course.give(State.RUNNING, 1)
    pass_frames(course, 599)
    assert not course.due
    pass_frames(course, 1)
    assert course.due


def test_what_has_been_stored_within_a_minute_is_not_due_at_its_end():
    course = Course()
    course.give(State.RUNNING, 1)
    course.stored()
    pass_frames(course, 600)
    assert not course.due


def test_what_waits_to_be_stored_stays_due():
    course = Course()
    course.end(State.BOLUS)
    pass_frames(course, 700)
    assert course.due


def test_minutes_of_late_frames_are_not_lost():
    course = Course()
    course.give(State.RUNNING, 1)
    for _ in range(74):
        course.tick(8)
    course.tick(7)
    assert not course.due
    course.tick(8)  # 607 frames
    assert course.due
    course.stored()
    course.give(State.RUNNING, 1)
    for _ in range(74):
        course.tick(8)  # 599 of the second minute
    assert not course.due
    course.tick(1)
    assert course.due


def test_a_restart_finds_every_count_and_the_full_lockout_of_a_bolus_that_ran():
    course = Course()
    course.begin_session(9)
    course.begin(State.LOADING, 0)
    course.give(State.LOADING, 1_000)
    course.begin(State.CLINICIAN_BOLUS, 0)
    course.give(State.CLINICIAN_BOLUS, 200)
    course.begin(State.BOLUS, LOCKOUT_FRAMES)
    course.give(State.BOLUS, 50)
    course.begin(State.KVO, 0)
    course.give(State.KVO, 7)
    pass_frames(course, 1_000)
    kept = course.snapshot()
    assert kept == (9, 1, 1, 600, 1_000, True, 7, 1_257)
    after = Course()
    after.resume(*kept)
    assert after.snapshot() == kept
    assert after.version == 9 and after.lockout_frames == LOCKOUT_FRAMES
    assert after.given[State.LOADING] == 1_000 and after.given[State.KVO] == 7
    assert after.given[State.BOLUS] == after.given[State.CLINICIAN_BOLUS] == 0
    assert not after.intent and not after.due and after.intact()
    after.tick(1)
    assert after.lockout_frames == LOCKOUT_FRAMES - 1


def test_a_resumed_course_forgets_what_it_held_before():
    course = Course()
    for state in PHASES:
        course.begin(state, LOCKOUT_FRAMES)
        course.give(state, 5)
    pass_frames(course, 599)
    course.due = True
    course.resume(2, 0, 0, 10, 0, False, 0, 0)
    assert list(course.given) == [0] * 12 and not course.intent and not course.due
    course.tick(1)
    assert course.lockout_frames == 99 and not course.due
    assert course.intact()


def test_a_new_prescription_counts_anew_but_keeps_lockout_and_bag():
    course = Course()
    course.resume(3, 2, 1, 77, 500, True, 60, 9_000)
    course.begin_session(4)
    assert course.snapshot() == (4, 0, 0, 77, 0, False, 0, 9_000)
    assert course.intact()


def test_a_course_that_could_not_be_read_allows_nothing():
    course = Course()
    course.forget(5)
    assert course.version == 5
    assert course.boluses == course.clinician_boluses == limits.MAX_BOLUSES
    assert course.lockout_s == limits.MAX_LOCKOUT_S
    assert course.load_closed
    for steps in (course.given[State.LOADING], course.given[State.KVO], course.bag_steps):
        assert steps == MOST_STEPS
    # More than a litre in the smallest steps, and twice of it is a small integer.
    assert limits.MAX_VOLUME_NL * 1_000 // limits.MIN_PL_PER_STEP < MOST_STEPS < 1 << 29
    assert MOST_STEPS == 500_000_000
    assert course.intact()


def test_numbers_of_a_record_that_cannot_be_are_taken_as_the_most():
    course = Course()
    wild = (1 << 32) - 1
    course.resume(1, 3, 4, wild, wild, True, wild, wild)
    assert course.lockout_frames == limits.MAX_LOCKOUT_S * 10
    assert course.snapshot()[3:] == (86_400, MOST_STEPS, True, MOST_STEPS, MOST_STEPS)
    assert course.boluses == 3 and course.clinician_boluses == 4


def test_every_flipped_bit_of_a_count_is_seen_and_stays_seen():
    for name in ("boluses", "clinician_boluses", "lockout_frames"):
        for bit in range(30):
            course = Course()
            course.resume(1, 2, 3, 600, 0, False, 0, 0)
            setattr(course, name, getattr(course, name) ^ 1 << bit)
            assert not course.intact(), (name, bit)
            course.tick(1)
            course.begin(State.CLINICIAN_BOLUS, 10)
            if name != "lockout_frames":
                course.begin(State.BOLUS, 10)
            assert not course.intact(), (name, bit)
    for closed in (False, True):
        course = Course()
        course.resume(1, 0, 0, 0, 0, closed, 0, 0)
        course.load_closed = not closed
        assert not course.intact()


def test_whether_a_bolus_runs_is_known_twice():
    course = Course()
    for runs in (False, True, False):
        assert course.intact()
        course._bolus_runs = not runs
        assert not course.intact(), runs
        course._bolus_runs = runs
        if runs:
            course.end(State.BOLUS)
        else:
            course.begin(State.BOLUS, 10)


def test_every_flipped_bit_of_a_phase_is_seen_and_stays_seen():
    for state in range(12):
        for bit in range(30):
            course = Course()
            course.given[state] ^= 1 << bit
            assert not course.intact(), (state, bit)
            course.give(state, 3)
            assert not course.intact(), (state, bit)


def test_counting_at_the_largest_numbers_allocates_nothing():
    course = Course()
    course.forget(1)

    def count():
        for state in PHASES:
            course.begin(state, limits.MAX_LOCKOUT_S * 10)
            course.give(state, limits.MAX_STEPS_PER_FRAME)
            course.tick(1)
            course.end(state)
            course.stored()
            course.change_bag()
        return course.lockout_s if course.intact() else 0

    assert locked(count) == limits.MAX_LOCKOUT_S
