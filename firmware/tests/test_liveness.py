"""Every step of the frame checks in, in order, or the motor gets no edge and the watchdog no food (SR-072, SR-073)."""

from firmware.safety import liveness
from firmware.safety.liveness import Liveness
from firmware.tests.small_heap import locked

STEPS = (1, 2, 4, 8, 16, 32)  # sense, judge, decide, permit, actuate, annunciate


def frame(alive, steps):
    for step in steps:
        alive.here(step)


def test_the_steps_stand_in_the_order_of_the_frame():
    named = (
        liveness.SENSE,
        liveness.JUDGE,
        liveness.DECIDE,
        liveness.PERMIT,
        liveness.ACTUATE,
        liveness.ANNUNCIATE,
    )
    assert named == STEPS
    assert liveness.ALL == 63


def test_a_whole_frame_is_complete_and_the_next_one_begins_anew():
    alive = Liveness()
    for _ in range(3):
        assert not alive.ready_to_move()
        frame(alive, STEPS)
        assert alive.complete()
    assert alive.misses == 0
    # What the last frame has done does not count for this one.
    frame(alive, STEPS[1:])
    assert not alive.complete()
    assert alive.misses == 1


def test_a_skipped_step_starves_the_dead_man_and_the_watchdog():
    for skipped in STEPS:
        alive = Liveness()
        for step in STEPS:
            if step == liveness.ACTUATE:
                assert alive.ready_to_move() == (skipped >= 16)
            if step != skipped:
                alive.here(step)
        assert not alive.complete()
        assert alive.misses == 1


def test_the_motor_is_fed_between_permit_and_actuate_only():
    alive = Liveness()
    for step in STEPS:
        assert alive.ready_to_move() == (step == 16), step
        alive.here(step)
    assert not alive.ready_to_move()


def test_steps_in_another_order_or_twice_do_not_make_a_frame():
    for steps in (
        (2, 1, 4, 8, 16, 32),
        (1, 2, 4, 16, 8, 32),
        (32, 16, 8, 4, 2, 1),
        (1, 1, 1, 1, 1, 1),
        (63,),
        (64, 1),
        (),
    ):
        alive = Liveness()
        frame(alive, steps)
        assert not alive.complete(), steps
    alive = Liveness()
    frame(alive, (1, 1, 2, 2, 4, 8, 16, 32))
    assert alive.complete()


def test_misses_are_counted_one_by_one():
    alive = Liveness()
    for count in range(1, 5):
        frame(alive, STEPS[:-1])
        assert not alive.complete()
        assert alive.misses == count


def test_checking_in_allocates_nothing():
    alive = Liveness()

    def frames():
        for _ in range(100):
            frame(alive, STEPS)
            alive.ready_to_move()
            alive.complete()

    locked(frames)
    assert alive.misses == 0
