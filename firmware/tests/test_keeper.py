"""What stands after a restart: prescription, count and version belong together, and a memory that was lost is never taken for an empty one (SR-023, SR-064)."""

import hashlib

from firmware.tests import clinic, scratch
from firmware.tests.keeper_house import House
from shared.codes import Event, Reason, State


def test_a_new_pump_has_no_prescription_and_no_fault():
    for fill in (0x00, 0xFF):
        house = House(fill)
        assert house.boot() == (True, True)
        assert house.pump.version == 0 and not house.keeper.was_running


def test_prescription_and_total_survive_a_restart():
    house = House()
    house.activate()
    house.deliver(5_000)
    for _ in range(3):
        assert house.boot() == (True, True)
        assert house.pump.version == 1 and house.settings.rx_version == 1
        assert house.pump.session.done_steps == 5_000
        assert house.pump.session.uncertain_steps == 0
        assert house.pump.windows.hour_steps == 5_000
        assert not house.keeper.was_running


def test_a_cut_during_delivery_counts_the_most_and_says_so():
    house = House()
    house.activate()
    house.deliver(5_000)
    house.deliver(700, settle=False)
    assert house.boot() == (True, True)
    assert house.keeper.was_running
    assert house.pump.session.done_steps == 5_800
    assert house.pump.session.uncertain_steps == 800
    assert house.pump.events.take() == (Event.TOTAL_UNCERTAIN, 5_000, 5_800, 0)
    assert house.pump.windows.day_steps == 5_800
    # Settled once it has been seen: the next restart is no restart during delivery, and the doubt stays.
    assert house.keeper.settle(house.pump.session)
    assert house.boot() == (True, True)
    assert not house.keeper.was_running
    assert (house.pump.session.done_steps, house.pump.session.uncertain_steps) == (5_800, 800)


def test_a_cut_anywhere_in_an_activation_leaves_one_whole_prescription_from_zero():
    for done in ("stored", "begun", "course", "remembered"):
        house = House()
        house.activate()
        house.deliver(5_000)
        house.pump.course.begin(State.BOLUS, 36_000)
        house.save_course()
        assert house.keeper.store_prescription(clinic.encoded({}), 2, b"proof")
        if done != "stored":
            assert house.keeper._ring.begin(2)
        if done in ("course", "remembered"):
            assert house.keeper._begin_course(2)
        if done == "remembered":
            assert house.settings.activate_version(2)
        for _ in range(2):
            assert house.boot() == (True, True), done
            assert house.pump.version == 2
            assert house.settings.rx_version == 2, done
            assert house.pump.session.version == 2 and house.pump.session.done_steps == 0
            assert house.pump.windows.hour_steps == 5_000
            course = house.pump.course
            # The counts are the new prescription's; the lockout is the patient's, and the bag hangs where it hung.
            assert (course.version, course.boluses) == (2, 0), done
            assert course.lockout_frames == 36_000 and course.bag_steps == 5_000, done
            assert not house.told()


def test_a_cut_anywhere_in_the_first_activation_is_found_too():
    for begun in (0, 1, 2):
        house = House()
        assert house.keeper.store_prescription(clinic.encoded({}), 1, b"proof")
        if begun:
            assert house.keeper._ring.begin(1)
        if begun == 2:
            assert house.keeper._begin_course(1)
        assert house.boot() == (True, True)
        assert house.settings.rx_version == 1
        course = house.pump.course
        assert (course.version, course.boluses, course.lockout_frames) == (1, 0, 0)
        assert not house.told()
        # From here on an empty memory is a lost one.
        house.bus.cells[:] = bytes(len(house.bus.cells))
        assert house.boot()[0] is False


def test_an_erased_dose_memory_is_a_fault_at_every_start_and_is_not_written():
    for fill in (0x00, 0xFF):
        house = House()
        house.activate()
        house.deliver(5_000)
        house.bus.cells[:] = bytes((fill,)) * len(house.bus.cells)
        for _ in range(3):
            assert house.boot()[0] is False
            assert house.bus.cells == bytes((fill,)) * len(house.bus.cells)
            # The prescription is known, so that the clinic sees which one it was.
            assert house.pump.version == 1


def test_a_dose_memory_of_another_prescription_is_a_fault_at_every_start():
    house = House()
    house.activate()
    before = bytes(house.bus.cells)
    house.activate(2)
    house.deliver(5_000)
    house.bus.cells[:] = before  # an older image, or the chip of another pump
    for _ in range(3):
        assert house.boot() == (True, False)
        assert house.pump.version == 0
        assert bytes(house.bus.cells) == before


def test_a_silent_dose_memory_is_a_fault_and_comes_back_whole():
    house = House()
    house.activate()
    house.deliver(5_000)
    house.bus.silent = True
    assert house.boot()[0] is False
    house.bus.silent = False
    assert house.boot() == (True, True)
    assert house.pump.session.done_steps == 5_000


def test_without_settings_no_count_is_begun():
    house = House()
    house.activate()
    house.bus.cells[:] = bytes(len(house.bus.cells))
    for name in ("/settings-a.cbor", "/settings-b.cbor"):
        scratch.spoil(house.folder + name, 14)
    house.boot()
    assert not house.settings.valid
    assert house.bus.cells == bytes(len(house.bus.cells))


def test_a_torn_first_prescription_is_none_and_the_next_one_is_taken():
    for text in (b"", b"VS01"):
        house = House()
        with open(house.folder + "/rx-a.cbor", "wb") as file:
            file.write(text)
        assert house.boot() == (True, True)
        assert house.pump.version == 0
        house.activate()
        assert house.boot() == (True, True)
        assert house.pump.version == 1


def test_slots_that_are_both_gone_are_a_fault_once_a_version_was_active():
    house = House()
    house.activate()
    for name in ("/rx-a.cbor", "/rx-b.cbor"):
        with open(house.folder + name, "wb") as file:
            file.write(b"")
    assert house.boot() == (True, False)


def test_an_older_prescription_than_the_one_that_was_active_is_refused():
    house = House()
    house.activate()
    house.activate(2)
    newest = "/rx-b.cbor"
    scratch.spoil(house.folder + newest, 20)
    assert house.boot() == (True, False)
    assert house.pump.version == 0


def test_a_stored_prescription_that_the_library_no_longer_allows_is_told_and_not_loaded():
    """SR-112: a newer library blocks START."""
    house = House()
    above = clinic.encoded({"segments": [[0, 7_000_001]]})
    assert house.keeper.store_prescription(above, 1, b"proof")
    assert house.boot() == (True, True)
    assert house.pump.version == 0
    assert house.pump.remembered == 1, "the next version has to follow it"
    told = []
    while house.pump.events.waiting:
        event = house.pump.events.take()
        if event is not None and event[0] == Event.RX_REFUSED:
            told.append(event)
    assert len(told) == 1 and told[0][1] == 1 and told[0][2] == Reason.RATE_PER_KG_HARD_LIMIT


def test_a_version_that_cannot_be_remembered_is_not_active():
    house = House()
    assert house.keeper.store_prescription(clinic.encoded({}), 1, b"proof")
    house.settings.valid = False
    assert not house.keeper.begin_session(1)
    assert house.boot() == (True, True)
    assert house.settings.rx_version == 1


def test_a_reservation_that_was_not_written_is_told():
    house = House()
    house.activate()
    house.bus.silent = True
    assert not house.keeper.reserve(500, house.pump.session)
    assert not house.keeper.settle(house.pump.session)
    assert not house.keeper.close_minute(5)
    assert not house.keeper.close_quarter(5)
    assert not house.keeper.save_course(house.pump.course)


def test_a_dose_memory_that_falls_silent_in_the_recovery_of_an_activation_is_a_fault():
    house = House()
    assert house.keeper.store_prescription(clinic.encoded({}), 1, b"proof")
    assert house.keeper.recover_dose()
    house.bus.silent = True
    assert not house.keeper.recover_prescription()
    house.bus.silent = False
    assert house.boot() == (True, True)


def test_a_stored_prescription_that_cannot_be_read_as_one_is_told_and_not_loaded():
    for raw in (b"\xff", clinic.encoded({})[:-1]):
        house = House()
        assert house.keeper.store_prescription(raw, 1, b"proof")
        assert house.boot() == (True, True)
        assert house.pump.version == 0 and house.pump.remembered == 1
        assert [event[0] for event in house.told()] == [Event.RX_REFUSED]


def test_sweep_finds_the_stored_prescription_whole_and_notices_when_it_is_not():
    house = House()
    assert house.keeper.sweep(0, b""), "there is none to be read"
    house.activate()
    digest = hashlib.sha256(clinic.encoded({})).digest()
    assert house.keeper.sweep(1, digest)
    assert not house.keeper.sweep(2, digest) and not house.keeper.sweep(1, bytes(32))
    scratch.spoil(house.folder + "/rx-a.cbor", 30)
    assert not house.keeper.sweep(1, digest)


def test_an_activation_is_refused_while_the_dose_memory_is_silent():
    house = House()
    assert house.keeper.store_prescription(clinic.encoded({}), 1, b"proof")
    house.bus.silent = True
    assert not house.keeper.begin_session(1)
    assert house.settings.rx_version == 0
