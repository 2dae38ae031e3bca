"""The pump's end of the link for tests of commands: real challenges, commands, settings, delivery and confirming; what Pump does with hardware is left out."""

import hashlib

from firmware.link.challenge import Challenges
from firmware.link.commands import Commands
from firmware.safety import gate
from firmware.safety.event_queue import EventQueue
from firmware.storage import settings as settings_store
from firmware.storage import slots
from firmware.storage.settings import Settings
from firmware.tests import clinic, scratch
from firmware.therapy import prescription as therapy_prescription
from firmware.therapy.course import Course
from firmware.therapy.delivery import Delivery
from firmware.therapy.session import Session
from shared import messages
from shared.codes import Stage, State

VERIFY_SLICES = 400  # two signatures take about 130


def new_settings(folder: str) -> Settings:
    """As `tools.provision` leaves them."""
    with open(folder + "/settings-a.cbor", "wb") as file:
        file.write(slots.pack(1, settings_store.pack(settings_store.defaults())))
    made = Settings(folder)
    assert made.load()
    return made


class Random:
    """Bytes that never repeat."""

    def __init__(self):
        self._count = 0

    def __call__(self, length):
        self._count += 1
        return self._count.to_bytes(length, "big")


class Receipts:
    """Where Commands puts its receipts: parsed, in order."""

    def __init__(self):
        self.sent = []

    def receipt(self, body):
        self.sent.append(messages.parse_up(body))

    def told(self) -> list:
        return [(one.stage, one.reason) for one in self.sent]


class BenchPump:
    """What Commands asks of a pump. stage: how `activate` ends; active: the prescriptions it was called with."""

    def __init__(self):
        self.programme = therapy_prescription.Programme()
        self.order = gate.Order()
        self.session = Session()
        self.delivery = Delivery(self.programme, self.session, Course())
        self.rx_version = 0
        self.rx_hash = bytes(32)
        self.pending = None
        self.stage = Stage.ACTIVE
        self.active = []

    def can_run(self, fields):
        spare = therapy_prescription.Programme()
        return therapy_prescription.load(fields, 0, 3_750, spare, gate.Order())

    def show_for_confirmation(self, pending):
        if not self.delivery.confirm_begin():
            return False
        self.pending = pending
        return True

    def activate(self, confirmed):
        self.active.append(confirmed.fields)
        if self.stage == Stage.ACTIVE:
            self.rx_version = confirmed.command.version
            self.rx_hash = hashlib.sha256(confirmed.command.prescription).digest()
            assert therapy_prescription.load(
                confirmed.fields, self.rx_version, 3_750, self.programme, self.order
            )
        return self.stage

    def stop_remote(self):
        self.delivery.remote_stop()


class Bench:
    """One pump, one clinic. now_ms: the pump's clock."""

    def __init__(self, folder=None):
        self.folder = folder or scratch.folder()
        self.settings = new_settings(self.folder)
        self.clinic = clinic.Clinic()
        self.now_ms = 0
        self.random = Random()
        self.power_on()

    def power_on(self):
        """A new boot: everything but the settings is forgotten."""
        stored = Settings(self.folder)
        if stored.load():
            self.settings = stored
        self.now_ms = 0
        self.events = EventQueue()
        self.receipts = Receipts()
        self.pump = BenchPump()
        self.challenges = Challenges(self.random, 0)
        self.commands = Commands(
            clinic.identity(), self.settings, self.challenges, self.receipts, self.events
        )

    def challenge(self) -> bytes:
        return self.challenges.current(self.now_ms)

    def give(self, frame: bytes):
        """A frame comes down and is worked on to its end."""
        frames = [frame]
        for _ in range(VERIFY_SLICES):
            self.commands.slice(frames, self.pump, self.now_ms)

    def simple(self, kind, **changed):
        self.give(self.clinic.seal(self.clinic.simple(kind, self.challenge(), **changed)))

    def prescribe(self, changed=None, **how):
        terms = how.pop("terms", None) or clinic.encoded(changed or {})
        self.give(self.clinic.seal(self.clinic.prescribed(self.challenge(), terms, **how)))

    def waiting(self) -> dict:
        """The fields of the prescription that waits for a person."""
        assert self.pump.pending is not None
        return self.pump.pending.fields

    def settle(self, accepted, reason=0):
        """What the slices do when a person has decided."""
        waiting, self.pump.pending = self.pump.pending, None
        self.pump.delivery.confirm_end(accepted)
        self.commands.decide(self.pump, waiting, accepted, reason)

    def running(self):
        """Bring the pump to RUNNING with version 1."""
        self.prescribe()
        self.settle(True)
        assert self.pump.delivery.start(self.pump.order.valid, False)
        assert self.pump.delivery.state == State.RUNNING

    def noted(self) -> list:
        """Events since the last call."""
        found = []
        while True:
            event = self.events.take()
            if event is None:
                return found
            found.append(event)
