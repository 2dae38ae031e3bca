"""The pump's state in one place: what the frame works on and what the slices read.

Built once at start-up (`main.py`); everything the frame touches is allocated here. Methods marked "in the frame" allocate nothing.
"""

import gc
import hashlib

from firmware.alarms.annunciator import Annunciator
from firmware.alarms.conditions import Conditions
from firmware.link import telemetry
from firmware.panel.confirm_screens import confirm_pages
from firmware.safety import faults, gate, liveness, monitor
from firmware.safety.event_queue import EventQueue
from firmware.therapy import prescription as therapy_prescription
from firmware.therapy.air import AirRule
from firmware.therapy.confirming import Confirming
from firmware.therapy.course import Course
from firmware.therapy.delivery import Delivery
from firmware.therapy.dose_windows import DoseWindows
from firmware.therapy.fittings import FittingsRule
from firmware.therapy.occlusion import OcclusionRule
from firmware.therapy.power import PowerRule
from firmware.therapy.reservoir import ReservoirRule
from firmware.therapy.session import Session
from firmware.therapy.started import StartRule
from firmware.therapy.temperature import TemperatureRule
from shared import alarm_table
from shared.codes import DELIVERING_MASK, INTO_PATIENT_MASK, Event, Reason, Stage, State

NO_HASH = bytes(32)
_PHASES_MASK = DELIVERING_MASK & ~(1 << State.RUNNING)


class Pump:
    """board: drivers. settings, journal: storage. What is built on the pump itself is attached after it.

    drawn_alarm, drawn_page: what stands complete on the glass (panel.Panel), -1 nothing.
    """

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
        self.course = Course()
        self.windows = DoseWindows()
        self.delivery = Delivery(self.programme, self.session, self.course)
        self.confirming = Confirming()
        self.occlusion = OcclusionRule()
        self.air = AirRule()
        self.power = PowerRule()
        self.fittings = FittingsRule()
        self.temperature = TemperatureRule()
        self.reservoir = ReservoirRule()
        self.started = StartRule()
        self.air.calibrate(settings.pl_per_step)
        self.board = board
        self.last_steps = 0
        self.firmware_version = 0
        self.near_limit = Reason.NONE
        self.drawn_alarm = -1
        self.drawn_page = -1
        self.link_lost = False
        self.rx_version = 0
        self.rx_hash = NO_HASH
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
        """Gather what the gate judges by."""
        # Three at a time: four would be a tuple, made in the frame.
        view, session, course = self.view, self.session, self.course
        windows, delivery = self.windows, self.delivery
        view.state = delivery.state
        view.active_mask = self.conditions.active
        view.fault_mask = self.faults.stopping
        view.delivered_steps = session.done_steps
        view.delivered_frames = session.frames
        view.phase_given_steps = course.given[delivery.state]
        view.hour_steps = windows.hour_steps
        view.four_hour_steps = windows.four_hour_steps
        view.day_steps = windows.day_steps
        view.reserved_steps = session.reserved_steps
        view.lockout_frames = course.lockout_frames
        view.boluses = course.boluses
        view.memory_ok = self.intact()

    def intact(self) -> bool:
        """Whether every dose-critical number agrees with its copy (SR-074). The sealed order is the gate's to judge."""
        return (
            self.delivery.intact()
            and self.session.intact()
            and self.windows.intact()
            and self.course.intact()
            and self.programme.intact()
            and self.air.intact()
        )

    def count(self, steps: int, state: int, frames: int):
        """Steps the motor was told to make in this frame: into every counter they belong to."""
        if INTO_PATIENT_MASK >> state & 1:
            self.session.run(frames)
            self.session.give(steps)
            self.windows.add(steps)
        self.course.give(state, steps)

    def change_state(self, state: int, why: int):
        """Stand: a state in which nothing is delivered. Nothing here leads to delivery."""
        before = self.delivery.state
        if before != state:
            self.delivery.go(state)
            self._moved(before, why)

    def pause(self, why: int):
        before = self.delivery.state
        self.delivery.pause()
        self._moved(before, why)

    def end_phase(self, reason: int):
        """The bolus, load, KVO or prime is over. reason: why, NONE if a person ended it."""
        before = self.delivery.state
        self.delivery.end_phase()
        self._moved(before, reason)

    def prime(self, ok_held: bool):
        """One frame of priming: it ends when OK is let go, and fails when it takes too long."""
        before = self.delivery.state
        if self.delivery.prime(ok_held):
            self._fail_prime()
        self._moved(before, Reason.NONE)

    def try_kvo(self, why: int):
        """Keep the vein open after the end or at a limit: only if it was prescribed, nothing forbids it, and it fits every window for its whole length."""
        order, windows = self.order, self.windows
        minute_steps = self.programme.minute_steps(State.KVO, self.session.frames)
        if (
            not self.programme.prescribed(State.KVO)
            or self.faults.stopping
            or self.conditions.active & alarm_table.STOP_MASK
            or windows.worst_hour(minute_steps) > order.hour_steps
            or windows.worst_four_hours(minute_steps) > order.four_hour_steps
            or windows.worst_day(minute_steps) > order.day_steps
        ):
            return
        before = self.delivery.state
        if self.delivery.begin_kvo():
            self._moved(before, why)

    def _moved(self, before, why):
        after = self.delivery.state
        if after == before:
            return
        if _PHASES_MASK >> before & 1:
            self.events.note(Event.PHASE_ENDED, before, self.course.given[before], why)
        self.events.note(Event.STATE_CHANGED, before, after, why)

    def must_halt(self) -> bool:
        """Whether an active condition forbids what is being delivered. Keep-vein-open stands under its own conditions (conflict matrix)."""
        forbidding = alarm_table.HALT_MASK
        if self.delivery.state == State.KVO:
            forbidding = alarm_table.STOP_MASK
        return self.conditions.active & forbidding != 0

    def halt(self):
        """A condition forbids what is being delivered. A prime has failed with it, and may be begun anew once the alarms are acknowledged."""
        if self.delivery.state == State.PRIMING:
            self._fail_prime()
            self.end_phase(Reason.INTERLOCK)
        else:
            self.change_state(State.ALARM, self.conditions.shown())

    def _fail_prime(self):
        # Latched, and its cause is over at once.
        self.conditions.hold(alarm_table.PRIME_FAILED, True, self.course.given[State.PRIMING])
        self.conditions.hold(alarm_table.PRIME_FAILED, False, 0)

    def note_near_limit(self):
        """Near a window's limit and over it are two events (SR-022)."""
        near = self.windows.near(self.order) if self.order.valid else Reason.NONE
        if near != self.near_limit:
            self.near_limit = near
            if near == Reason.HOUR_LIMIT_REACHED:
                self._note_near(near, self.windows.hour_steps, self.order.hour_steps)
            elif near == Reason.FOUR_HOUR_LIMIT_REACHED:
                self._note_near(near, self.windows.four_hour_steps, self.order.four_hour_steps)
            elif near == Reason.DAY_LIMIT_REACHED:
                self._note_near(near, self.windows.day_steps, self.order.day_steps)

    def _note_near(self, near, steps, limit):
        self.events.note(Event.DOSE_NEAR_LIMIT, near, steps, limit)

    def waiting_alarm(self) -> int:
        """The alarm that covers the screen because nobody has acknowledged it, else -1."""
        conditions = self.conditions
        shown = conditions.shown()
        if shown >= 0 and not conditions.seen >> shown & 1:
            return shown
        return -1

    def waits_for_start(self) -> bool:
        """Whether an infusion that has begun stands, and nothing but a person at START is missing."""
        state = self.delivery.state
        if state == State.PAUSED:
            return True
        if state != State.STOPPED and state != State.ALARM:
            return False
        return self.session.done_steps > 0 and not self.conditions.active & alarm_table.HALT_MASK

    def is_near_end(self) -> bool:
        """Half an hour before the volume or the time is reached."""
        programme, session = self.programme, self.session
        if not self.delivery.into_patient():
            return False
        return (
            session.done_steps >= programme.near_end_steps
            or session.frames >= programme.near_end_frames
        )

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
        if not self.settings.intact():
            # A calibration that fell over: another volume a step, and no witness would see it.
            self.faults.latch(faults.MEMORY, pl_per_step)
            return False
        if not therapy_prescription.load(fields, version, pl_per_step, self.programme, self.order):
            return False
        self.board.motor.prepare(self.programme.max_floor_steps)
        self.board.motor.shape(self.delivery.floor_steps())
        self.rx_version = version
        self.rx_hash = hashlib.sha256(raw).digest()
        return True

    def show_for_confirmation(self, pending) -> bool:
        before = self.delivery.state
        if not self.delivery.confirm_begin():
            return False
        self.pending = pending
        self.started.withdrawn()
        self.confirming.begin(confirm_pages(pending.fields))
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
        for field, reason in confirmed.fields["overrides"]:
            self.events.note(Event.SOFT_LIMIT_OVERRIDDEN, version, field, reason)
        return Stage.ACTIVE

    def _fail_activation(self, version):
        self.faults.latch(faults.SETTINGS, version)

    def stop_remote(self):
        """A stop from the clinic. If it stopped something, the person at the pump is told, and START needs their OK first."""
        before = self.delivery.state
        self.delivery.remote_stop()
        if self.delivery.state != before:
            self._moved(before, Reason.NONE)
            # Latched, and its cause is over at once.
            self.conditions.hold(alarm_table.REMOTE_STOP, True, before)
            self.conditions.hold(alarm_table.REMOTE_STOP, False, 0)

    def stores_agree(self) -> bool:
        """Daily: what stands in the stores is what the pump runs by, and every guarded number agrees with its copy (SR-071)."""
        return (
            self.intact()
            and self.settings.intact()
            and self.keeper.sweep(self.rx_version, self.rx_hash)
        )

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
        """Body of one telemetry record. sample: 1 for one that is kept while nobody listens."""
        return telemetry.pack(self, sample, now_ms)
