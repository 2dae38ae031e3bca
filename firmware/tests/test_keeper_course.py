"""What of a course stands after a restart (SR-023): counts, lockout, load and bag, or the most restrictive of each."""

from firmware.safety import faults, limits
from firmware.storage import course_ring
from firmware.storage.course_ring import CourseRing
from firmware.tests import clinic, scratch
from firmware.tests.keeper_house import House
from shared.codes import Event, State

LONGEST_LOCKOUT = limits.MAX_LOCKOUT_S * limits.FRAMES_PER_SECOND


def test_course_survives_a_restart_with_counts_lockout_load_and_bag():
    house = House()
    house.activate()
    course = house.pump.course
    course.begin(State.LOADING, 0)
    house.save_course()
    house.deliver(800, state=State.LOADING)
    course.end(State.LOADING)
    course.begin(State.BOLUS, 36_000)
    house.save_course()
    house.deliver(500, state=State.BOLUS)
    course.end(State.BOLUS)
    for _ in range(35):
        course.tick(1)
    house.save_course()
    for _ in range(2):
        assert house.boot() == (True, True)
        course = house.pump.course
        assert (course.version, course.boluses, course.clinician_boluses) == (1, 1, 0)
        assert course.lockout_frames == 35_970, "rounded up to the second"
        assert course.load_closed and course.given[State.LOADING] == 800
        assert course.bag_steps == 1_300
        assert not house.told()


def test_a_cut_in_a_bolus_leaves_it_counted_and_locked_and_its_steps_gone_from_the_bag():
    house = House()
    house.activate()
    house.deliver(300)
    house.pump.course.begin(State.BOLUS, 36_000)
    house.save_course()
    house.deliver(400, settle=False, state=State.BOLUS)
    assert house.boot() == (True, True)
    course = house.pump.course
    assert course.boluses == 1 and course.lockout_frames == 36_000
    # No record of the course says so: the total does, at its most.
    assert course.bag_steps == house.pump.session.done_steps == 800


def test_bag_goes_on_from_one_prescription_into_the_next_and_is_full_after_a_change():
    house = House()
    house.activate()
    house.deliver(900)
    house.save_course()
    house.activate(2)
    house.deliver(100, settle=False)
    assert house.boot() == (True, True)
    assert house.pump.course.bag_steps == 900 + 200
    house.pump.course.change_bag()
    house.save_course()
    house.deliver(50)
    assert house.boot() == (True, True)
    assert house.pump.course.bag_steps == 50


def test_a_course_that_was_lost_is_the_most_restrictive_until_the_next_prescription():
    house = House()
    house.activate()
    house.deliver(5_000)
    house.spoil_course()
    for _ in range(2):
        assert house.boot() == (True, True)
        course = house.pump.course
        assert course.version == 1 and course.boluses == limits.MAX_BOLUSES
        assert course.lockout_frames == LONGEST_LOCKOUT and course.load_closed
        assert house.told() == [(Event.FAULT_MASKED, faults.DOSE_MEMORY, 1, 0)]
        assert house.pump.session.done_steps == 5_000
    house.save_course()
    assert house.boot() == (True, True) and not house.told()
    assert house.pump.course.boluses == limits.MAX_BOLUSES
    house.activate(2)
    assert house.boot() == (True, True)
    assert house.pump.course.boluses == 0


def test_a_course_that_was_lost_in_an_activation_leaves_its_lockout_behind_at_the_longest():
    house = House()
    house.activate()
    assert house.keeper.store_prescription(clinic.encoded({}), 2, b"proof")
    assert house.keeper._ring.begin(2)
    house.spoil_course()
    assert house.boot() == (True, True)
    course = house.pump.course
    assert (course.version, course.boluses) == (2, 0)
    assert course.lockout_frames == LONGEST_LOCKOUT


def test_a_course_of_another_prescription_is_not_taken_for_this_one():
    house = House()
    house.activate()
    first = bytes(house.bus.cells[course_ring.BANKS_AT[0] : 0x2000])
    house.activate(2)
    house.deliver(10)
    house.bus.cells[course_ring.BANKS_AT[0] : 0x2000] = first
    assert house.boot() == (True, True)
    assert house.pump.course.version == 2
    assert house.pump.course.boluses == limits.MAX_BOLUSES


def test_without_settings_a_course_is_taken_as_it_stands_or_not_at_all():
    for spoilt in (False, True):
        house = House()
        house.activate()
        house.pump.course.begin(State.BOLUS, 600)
        house.save_course()
        if spoilt:
            house.spoil_course()
        for name in ("/settings-a.cbor", "/settings-b.cbor"):
            scratch.spoil(house.folder + name, 14)
        house.boot()
        assert house.pump.course.boluses == (limits.MAX_BOLUSES if spoilt else 1)


def test_an_activation_whose_course_cannot_be_stored_is_not_remembered():
    house = House()
    assert house.keeper.store_prescription(clinic.encoded({}), 1, b"proof")
    kept = CourseRing.save
    CourseRing.save = lambda ring, values: False  # pyright: ignore[reportAttributeAccessIssue]
    try:
        assert not house.keeper.begin_session(1)
        assert house.settings.rx_version == 0
        # The next start finds it stored and not remembered, and cannot do it either.
        assert house.boot() == (True, False)
        assert house.settings.rx_version == 0
    finally:
        CourseRing.save = kept
    assert house.boot() == (True, True) and house.settings.rx_version == 1
