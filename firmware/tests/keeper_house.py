"""The memories of one pump for tests of the keeper, with the keeper on them; `boot` starts it anew."""

from firmware.drivers.fram import Fram
from firmware.keeper import Keeper
from firmware.safety.event_queue import EventQueue
from firmware.storage import course_ring
from firmware.storage.course_ring import CourseRing
from firmware.storage.dose_ring import DoseRing
from firmware.storage.settings import Settings
from firmware.tests import clinic, scratch
from firmware.tests.fram_bus import FramBus
from firmware.tests.link_bench import new_settings
from firmware.therapy.course import Course
from firmware.therapy.dose_windows import DoseWindows
from firmware.therapy.session import Session
from shared.codes import State


class Loaded:
    """What Keeper asks of a pump; `version` is what it was told to load, 0 for nothing."""

    def __init__(self, settings):
        self.settings = settings
        self.session = Session()
        self.course = Course()
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
        fram = Fram(self.bus)
        self.keeper = Keeper(self.pump, DoseRing(fram), CourseRing(fram), self.folder)
        return self.keeper.recover_dose(), self.keeper.recover_prescription()

    def activate(self, version=1):
        assert self.keeper.store_prescription(clinic.encoded({}), version, b"proof")
        assert self.keeper.begin_session(version)
        self.pump.session.begin(version)

    def deliver(self, steps, settle=True, state=State.RUNNING):
        session = self.pump.session
        assert self.keeper.reserve(session.done_steps + steps + 100, session)
        session.give(steps)
        session.run(10)
        self.pump.course.give(state, steps)
        if settle:
            assert self.keeper.settle(session)

    def save_course(self):
        assert self.keeper.save_course(self.pump.course)
        self.pump.course.stored()

    def told(self) -> list:
        found = []
        while self.pump.events.waiting:
            found.append(self.pump.events.take())
        return found

    def spoil_course(self):
        for start in course_ring.BANKS_AT:
            for place in range(course_ring.PLACES):
                self.bus.cells[start + place * course_ring.BYTES] ^= 0x80
