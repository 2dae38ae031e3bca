"""What happens after the frame, a little each time: dose memory, journal, link, panel, self-tests. May allocate; each slice has a bound on its work.

The dose memory comes first, because the next frame may only move what it has reserved.
"""

import gc

from firmware.panel import filling
from firmware.panel.model import Model
from firmware.panel.panel import Panel
from firmware.safety import faults
from firmware.self_checks import SelfChecks
from firmware.therapy import confirming
from shared.alarm_table import ALERT_LOOP, RESTARTED
from shared.codes import INTO_PATIENT_MASK, Event, Reason, State

# Reserve at least this far ahead: four frames at any rate, and enough that a slow rate writes about once a minute.
RESERVE_MIN_STEPS = 400
RESERVE_FRAMES = 64
RETRY_EVERY = 10  # frames between two attempts to write an event that was not taken
COURSE_TRIES = (
    5  # as for a reservation: a bolus that cannot be counted does not begin, and somebody is told
)
RESTARTED_BIT = 1 << RESTARTED
COLLECT_EVERY = 10  # frames between garbage collections: in slack time, never in the frame
# A bus whose devices are all silent is held by one of them: nine clocks and a stop, once a second until one answers.
RECOVER_EVERY = 10
# A hub that has not been found 30 s after the start, or after it was lost, is missed (three unanswered heartbeats come first).
SEEK_PATIENCE_MS = 30_000


class Slices:
    """executive: the frame, for its keypad and clock. keeper: dose memory. journal: storage.journal. link: link.session.LinkSession, or None
    without an identity. program: storage.program.ProgramCheck."""

    def __init__(self, board, executive, keeper, journal, link, program):
        self._board = board
        self._pump = executive.pump
        self._keypad = executive.keypad
        self._checks = SelfChecks(board, executive, program)
        self._keeper = keeper
        self._journal = journal
        self._link = link
        self._panel = Panel(board.display)
        self._model = Model(self._keypad)
        self._vibrating = False
        self._changes = -1
        # Of the last boot, too: the memory says so until a person has seen that the pump has restarted.
        self._was_running = keeper.was_running
        self._unwritten = None  # the event that the journal has not taken
        self._unstored = 0  # times in a row that the course could not be stored
        self._frames = 0
        self._events_lost = 0
        self._seeking_since_ms = 0
        self._was_linked = False

    def run(self, now_ms: int):
        """All slices once. now_ms: since boot."""
        self.motor()
        self.dose_memory()
        self.journal(now_ms)
        self.code()
        if self._link is not None:
            self.link(now_ms)
        self.haptics()
        self.panel()
        self._checks.run()
        if self._frames % RECOVER_EVERY == 0:
            self.buses()
        self._frames += 1
        if self._frames % COLLECT_EVERY == 0:
            gc.collect()

    def motor(self):
        """A state or a segment with another rate: the pulses are spread anew, while the frame waits."""
        motor, floor_steps = self._board.motor, self._pump.delivery.floor_steps()
        if self._pump.order.valid and not motor.prepared(floor_steps):
            motor.shape(floor_steps)

    def dose_memory(self):
        """Keep the course stored and the reservation ahead of the steps; write the exact total when delivery stands; write closed windows."""
        pump, session = self._pump, self._pump.session
        course = pump.course
        # Before a phase begins its first step, and once a minute while a lockout runs.
        if course.intent or course.due:
            if self._keeper.save_course(course):
                course.stored()
                self._unstored = 0
            else:
                self._unstored += 1
                if self._unstored >= COURSE_TRIES:
                    pump.faults.latch(faults.DOSE_MEMORY, self._unstored)
        running = INTO_PATIENT_MASK >> pump.delivery.state & 1 == 1
        if running:
            ahead = RESERVE_MIN_STEPS + RESERVE_FRAMES * (pump.delivery.floor_steps() + 1)
            if session.reserved_steps - session.done_steps < ahead // 2:
                # Never beyond what the gate permits: after a power cut everything reserved counts as given.
                upto = min(session.done_steps + ahead, self._most_steps())
                if upto > session.reserved_steps and self._keeper.reserve(upto, session):
                    session.reserve(upto)
        elif (
            self._was_running
            and not pump.conditions.active & RESTARTED_BIT
            and self._keeper.settle(session)
        ):
            session.reserve(session.done_steps)
            self._was_running = False
        self._was_running = self._was_running or running
        # A bucket that cannot be written is not lost: its steps count in the next one, where they last longer.
        windows = pump.windows
        if windows.minute_closed:
            windows.minute_closed = False
            self._keeper.close_minute(windows.closed_minute_steps)
        if windows.quarter_closed:
            windows.quarter_closed = False
            self._keeper.close_quarter(windows.closed_quarter_steps)

    def _most_steps(self):
        """The volume to be infused; keep-vein-open comes on top of it, by its own budget."""
        pump = self._pump
        if pump.delivery.state != State.KVO:
            return pump.order.vtbi_steps
        left = pump.order.phase_steps[State.KVO] - pump.course.given[State.KVO]
        return pump.session.done_steps + max(0, left)

    def code(self):
        """A clinician's code waits: the try is counted before it is compared."""
        keypad, pump = self._keypad, self._pump
        if keypad.code.value < 0:
            return
        expected = pump.settings.clinician_code
        accepted = expected > 0 and keypad.code.value == expected
        pump.events.note(
            Event.CODE_ACCEPTED if accepted else Event.CODE_REFUSED, keypad.code.tries, 0, 0
        )
        keypad.code_result(accepted)

    def haptics(self):
        wanted = self._pump.annunciator.vibrating
        if wanted != self._vibrating and self._board.haptics.vibrate(wanted):
            self._vibrating = wanted

    def journal(self, now_ms):
        """One record a slice: it may cost an erase of the flash, tens of milliseconds. One that cannot be written is a fault, and waits."""
        pump = self._pump
        if self._unwritten is None:
            self._unwritten = pump.events.take()
        elif self._frames % RETRY_EVERY:
            return
        event = self._unwritten
        if event is not None:
            if self._journal.append(event[0], event[1:], now_ms):
                self._unwritten = None
            else:
                pump.faults.latch(faults.JOURNAL, event[0])
        if pump.events.lost != self._events_lost:
            self._events_lost = pump.events.lost
            pump.faults.latch(faults.JOURNAL, self._events_lost)

    def link(self, now_ms):
        """The road to the clinic is never worth the pump: when memory runs out on it, it gives up what it holds and begins anew.

        An activation that was cut short by it has latched a fault of its own (Pump.activate).
        """
        try:
            self._move_link(now_ms)
        except MemoryError:
            self._link.shed()
            gc.collect()

    def _move_link(self, now_ms):
        pump, link = self._pump, self._link
        link.courier.slice(now_ms)
        link.commands.slice(link.courier.commands, pump, now_ms)
        if pump.pending is not None:
            self._settle_confirmation(link.commands)
        link.reports.slice(pump, now_ms)
        linked = link.courier.linked
        if linked and not self._was_linked:
            if pump.link_lost:
                pump.events.note(Event.LINK_BACK, (now_ms - self._seeking_since_ms) // 1000, 0, 0)
            pump.link_lost = False
        elif not linked:
            if self._was_linked:
                # Three unanswered heartbeats have already been waited for.
                self._seeking_since_ms = now_ms
                pump.link_lost = True
                pump.events.note(Event.LINK_LOST, 0, 0, 0)
            elif not pump.link_lost and now_ms - self._seeking_since_ms >= SEEK_PATIENCE_MS:
                pump.link_lost = True
                pump.events.note(Event.LINK_LOST, 0, 0, 0)
        self._was_linked = linked

    def _settle_confirmation(self, commands):
        pump = self._pump
        decision = pump.confirming.decision
        if decision == confirming.WAITING and pump.delivery.state == State.CONFIRMING:
            return
        accepted = decision == confirming.ACCEPTED
        reason = Reason.DECLINED if decision == confirming.DECLINED else Reason.NOT_CONFIRMED
        if pump.delivery.state == State.CONFIRMING:
            pump.delivery.confirm_end(False)
            pump.events.note(Event.STATE_CHANGED, State.CONFIRMING, pump.delivery.state, decision)
        else:
            # A fault took the pump out of confirming: nobody has confirmed anything.
            accepted = False
        waiting, pump.pending = pump.pending, None
        commands.decide(pump, waiting, accepted, reason)

    def buses(self):
        """Free a bus that a device holds. The alarm for its silence has been raised in the frame, whatever comes of this."""
        board = self._board
        if not (board.encoder.valid or board.downstream.valid or board.upstream.valid):
            board.bus_safety.recover()
        if not (board.display.ok or board.gauge.valid):
            board.bus_panel.recover()

    def panel(self):
        pump = self._pump
        linked = self._link is not None and self._link.courier.linked
        keypad, panel = self._keypad, self._panel
        keypad.bolus_prescribed = pump.programme.prescribed(State.CLINICIAN_BOLUS)
        keypad.alert_loop = pump.conditions.active >> ALERT_LOOP & 1 == 1
        filling.fill(self._model, pump, linked)
        urgent = pump.conditions.changes != self._changes
        self._changes = pump.conditions.changes
        panel.slice(self._model, urgent)
        pump.drawn_alarm = panel.drawn_alarm
        pump.drawn_page = panel.drawn_page
        keypad.drawn_view = panel.drawn_view
