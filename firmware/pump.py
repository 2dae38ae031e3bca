"""The pump's state in one place: what the frame works on and what the slices read.

Built once at start-up (`main.py`); everything the frame touches is allocated here. Methods marked "in the frame" allocate nothing.
"""

import gc
import hashlib

from firmware.alarms.annunciator import Annunciator
from firmware.alarms.conditions import Conditions
from firmware.panel import screens
from firmware.safety import faults, gate, liveness, monitor
from firmware.safety.event_queue import EventQueue
from firmware.therapy import prescription as therapy_prescription
from firmware.therapy.air import AirRule
from firmware.therapy.confirming import Confirming
from firmware.therapy.delivery import Delivery
from firmware.therapy.dose_windows import DoseWindows
from firmware.therapy.occlusion import OcclusionRule
from firmware.therapy.power import PowerRule
from firmware.therapy.session import Session
from shared import alarm_table, messages
from shared.codes import Event, Reason, Stage, State

NO_HASH = bytes(32)


def _mask(numbers):
    mask = 0
    for number in numbers:
        mask |= 1 << number
    return mask


class Pump:
    MOTOR_FAULTS = _mask(
        (faults.MOTOR_DISAGREES, faults.MOVED_WITHOUT_ORDER, faults.MOTOR_STALLED)
    )
    STORAGE_FAULTS = _mask(
        (faults.STORAGE_MOUNT, faults.DOSE_MEMORY, faults.JOURNAL, faults.SETTINGS)
    )
    SYSTEM_FAULTS = ((1 << faults.COUNT) - 1) & ~MOTOR_FAULTS & ~STORAGE_FAULTS

    """board: drivers. settings, journal: storage. What is built on the pump itself is attached after it."""

    def __init__(self, board, settings, journal):
        self.settings = settings
        self.events = EventQueue()
        self.faults = faults.Faults()
        self.conditions = Conditions(self.events)
        self.annunciator = Annunciator(board.buzzer, board.light)
        self.gate = gate.Gate()
        self.order = gate.Order()
        self.view = gate.View()
        self.liveness = liveness.Liveness()
        self.monitor = monitor.FlowMonitor(self.faults)
        self.programme = therapy_prescription.Programme()
        self.session = Session()
        self.windows = DoseWindows()
        self.delivery = Delivery(self.programme, self.session)
        self.confirming = Confirming()
        self.occlusion = OcclusionRule()
        self.air = AirRule()
        self.power = PowerRule()
        self.air.calibrate(settings.pl_per_step)
        self.board = board
        self.last_steps = 0
        self.link_lost = False
        self.rx_version = 0
        self.rx_hash = NO_HASH
        self.fields = None
        self.pending = None  # link.commands.Pending that waits for a person
        self.journal = journal

    def attach(self, keeper):
        """keeper: firmware.keeper.Keeper."""
        self.keeper = keeper

    def attach_link(self, challenges, commands):
        """Only a pump with an identity has a link; telemetry needs both."""
        self.challenges = challenges
        self.commands = commands

    # --- in the frame --------------------------------------------------------------------------------------------------------

    def refresh_view(self):
        view, session = self.view, self.session
        view.state = self.delivery.state
        view.active_mask = self.conditions.active
        view.fault_mask = self.faults.latched
        view.delivered_steps = session.done_steps
        view.delivered_frames = session.frames
        view.hour_steps = self.windows.hour_steps
        view.day_steps = self.windows.day_steps
        view.reserved_steps = session.reserved_steps

    def change_state(self, state: int, why: int):
        before = self.delivery.state
        if before != state:
            self.delivery.go(state)
            self.events.note(Event.STATE_CHANGED, before, state, why)

    def note_fault(self, fault: int):
        """Journal a fault once, when it is latched."""
        if self.faults.counts[fault] == 1:
            self.events.note(Event.FAULT_LATCHED, fault, self.faults.values[fault], 0)

    def waits_for_start(self) -> bool:
        """Whether an infusion that has begun stands, and nothing but a person at START is missing."""
        state = self.delivery.state
        if state == State.PAUSED:
            return True
        if state != State.STOPPED and state != State.ALARM:
            return False
        return self.session.done_steps > 0 and not self.conditions.active & alarm_table.HALT_MASK

    def rate_nl_h(self) -> int:
        """What the motor is asked for now."""
        return self.programme.rate_nl_h if self.delivery.state == State.RUNNING else 0

    # --- outside the frame ---------------------------------------------------------------------------------------------------

    def can_run(self, fields: dict) -> bool:
        """Is a prescription inside the code-level limits? Tried on objects of its own."""
        return therapy_prescription.load(
            fields, 0, self.settings.pl_per_step, therapy_prescription.Programme(), gate.Order()
        )

    def remember_prescription(self, raw: bytes, version: int):
        """The newest prescription by version and hash, whether it may run or not: the next one has to follow it."""
        self.rx_version = version
        self.rx_hash = hashlib.sha256(raw).digest()

    def load_prescription(self, fields: dict, raw: bytes, version: int) -> bool:
        """Make a stored prescription the running one. Delivery stays off."""
        pl_per_step = self.settings.pl_per_step
        if not therapy_prescription.load(fields, version, pl_per_step, self.programme, self.order):
            return False
        self.board.motor.prepare(self.programme.floor_steps)
        self.fields = fields
        self.rx_version = version
        self.rx_hash = hashlib.sha256(raw).digest()
        return True

    def show_for_confirmation(self, pending) -> bool:
        before = self.delivery.state
        if not self.delivery.confirm_begin():
            return False
        self.pending = pending
        self.confirming.begin(screens.CONFIRM_PAGES)
        self.events.note(Event.STATE_CHANGED, before, State.CONFIRMING, 0)
        return True

    def activate(self, confirmed) -> int:
        """A confirmed prescription (link.commands.Pending): stored first, then counted from zero, then loaded. Delivery stays off.

        How it ended: Stage.ACTIVE; REFUSED, and the old one stands; UNKNOWN, when it is stored but was not begun: the pump stands with a fault, and
        the next start decides.
        """
        gc.collect()
        try:
            return self._activate(confirmed)
        except MemoryError:
            # What has been stored and what has not is settled at the next boot: nothing runs until then, and the panel says so.
            self._fail_activation(confirmed.command.version)
            return Stage.UNKNOWN

    def _activate(self, confirmed):
        raw, version = confirmed.command.prescription, confirmed.command.version
        stored = self.keeper.store_prescription(raw, version, confirmed.proof)
        if not stored or not self.keeper.begin_session(version):
            self._fail_activation(version)
            return Stage.UNKNOWN if stored else Stage.REFUSED
        self.session.begin(version)
        self.change_state(State.STOPPED, Reason.NONE)
        if not self.load_prescription(confirmed.fields, raw, version):
            return Stage.UNKNOWN
        return Stage.ACTIVE

    def _fail_activation(self, version):
        self.faults.latch(faults.SETTINGS, version)
        self.note_fault(faults.SETTINGS)

    def stop_remote(self):
        """A stop from the clinic. If it stopped something, the person at the pump is told, and START needs their OK first."""
        before = self.delivery.state
        self.delivery.remote_stop()
        if self.delivery.state != before:
            self.events.note(Event.STATE_CHANGED, before, self.delivery.state, Reason.NONE)
            # Latched, and its cause is over at once.
            self.conditions.hold(alarm_table.REMOTE_STOP, True, before)
            self.conditions.hold(alarm_table.REMOTE_STOP, False, 0)

    def given_nl(self) -> tuple:
        """(least, most) given of the active prescription, nL."""
        session, pl_per_step = self.session, self.programme.pl_per_step
        least = session.done_steps - session.uncertain_steps
        volume = therapy_prescription.volume_nl_of
        return volume(least, pl_per_step), volume(session.done_steps, pl_per_step)

    def left_nl(self) -> int:
        """VTBI less the most given; below zero if that is more (PROTOCOL 2.1)."""
        return self.programme.vtbi_nl - self.given_nl()[1]

    def telemetry(self, sample: int, now_ms: int) -> bytes:
        least_nl, most_nl = self.given_nl()
        board = self.board
        return messages.pack_telemetry(
            messages.Telemetry(
                self.settings.boot,
                now_ms,
                None,
                0,
                self.rx_version,
                self.rx_hash[:8],
                self.delivery.state,
                self.rate_nl_h(),
                least_nl,
                most_nl,
                self.left_nl(),
                board.gauge.permille,
                self.conditions.active,
                self.challenges.current(now_ms),
                self.journal.next_seq - 1,
                self.journal.head()[:16],
                self.commands.last_sequence,
                board.downstream.pressure_pa,
                self.conditions.seen,
                sample,
            )
        )

    def fill(self, model, linked: bool):
        """Fill the panel's model."""
        conditions = self.conditions
        model.state = self.delivery.state
        model.version = self.rx_version if self.order.valid else 0
        model.rate_nl_h = self.rate_nl_h()
        model.programmed_nl_h = self.programme.rate_nl_h
        model.given_nl = self.given_nl()[1]
        model.left_nl = max(0, self.left_nl())
        model.linked = linked
        model.battery_permille = self.board.gauge.permille if self.board.gauge.valid else None
        shown = conditions.shown()
        model.alarm_id = shown
        bit = 1 << shown if shown >= 0 else 0
        model.seen = conditions.seen & bit != 0
        model.cause = conditions.cause & bit != 0
        model.silenced = conditions.silence_frames > 0
        model.pending = self.pending.fields if self.pending is not None else None
        model.page = self.confirming.page
        model.all_pages_seen = self.confirming.all_seen()
