"""What stands after a restart: prescription, count and version belong together, and a memory that was lost is never taken for an empty one (SR-023, SR-064)."""

from firmware.drivers.fram import Fram
from firmware.keeper import Keeper
from firmware.safety.event_queue import EventQueue
from firmware.storage.dose_ring import DoseRing
from firmware.storage.prescription_store import PrescriptionStore
from firmware.storage.settings import Settings
from firmware.tests import clinic, scratch
from firmware.tests.fram_bus import FramBus
from firmware.tests.link_bench import new_settings
from firmware.therapy.dose_windows import DoseWindows
from firmware.therapy.session import Session
from shared.codes import Event, Reason


class Loaded:
    """What Keeper asks of a pump; `version` is what it was told to load, 0 for nothing."""

    def __init__(self, settings):
        self.settings = settings
        self.session = Session()
        self.windows = DoseWindows()
        self.events = EventQueue()
        self.version = 0
        self.remembered = 0

    def remember_prescription(self, raw, version):
        self.remembered = version

    def load_prescription(self, fields, raw, version):
        assert fields["segments"][0][1] == 7_000_000
        self.version = version
        return True


class House:
    """The memories of one pump. `boot` starts it anew on them."""

    def __init__(self, fill=0x00):
        self.folder = scratch.folder(16)
        self.bus = FramBus(fill)
        new_settings(self.folder)
        self.boot()

    def boot(self) -> tuple:
        """(dose memory readable, prescription readable), as the self-test asks for them."""
        self.settings = Settings(self.folder)
        self.settings.load()
        self.pump = Loaded(self.settings)
        self.keeper = Keeper(self.pump, DoseRing(Fram(self.bus)))
        self.keeper._prescriptions = PrescriptionStore(self.folder)
        return self.keeper.recover_dose(), self.keeper.recover_prescription()

    def activate(self, version=1):
        assert self.keeper.store_prescription(clinic.encoded({}), version, b"proof")
        assert self.keeper.begin_session(version)
        self.pump.session.begin(version)

    def deliver(self, steps, settle=True):
        session = self.pump.session
        assert self.keeper.reserve(session.done_steps + steps + 100, session)
        session.done_steps += steps
        session.frames += 10
        if settle:
            assert self.keeper.settle(session)


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
    for done in ("stored", "begun", "remembered"):
        house = House()
        house.activate()
        house.deliver(5_000)
        assert house.keeper.store_prescription(clinic.encoded({}), 2, b"proof")
        if done != "stored":
            assert house.keeper._ring.begin(2)
        if done == "remembered":
            assert house.settings.activate_version(2)
        for _ in range(2):
            assert house.boot() == (True, True), done
            assert house.pump.version == 2
            assert house.settings.rx_version == 2, done
            assert house.pump.session.version == 2 and house.pump.session.done_steps == 0
            assert house.pump.windows.hour_steps == 5_000


def test_a_cut_anywhere_in_the_first_activation_is_found_too():
    for begun in (False, True):
        house = House()
        assert house.keeper.store_prescription(clinic.encoded({}), 1, b"proof")
        if begun:
            assert house.keeper._ring.begin(1)
        assert house.boot() == (True, True)
        assert house.settings.rx_version == 1
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
