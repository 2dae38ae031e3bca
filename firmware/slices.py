"""What happens after the frame, a little each time: dose memory, journal, link, panel. May allocate; each slice has a bound on its work.

The dose memory comes first, because the next frame may only move what it has reserved.
"""

import gc

from firmware.panel.panel import Model, Panel
from firmware.safety import faults
from firmware.therapy import confirming
from shared.alarm_table import RESTARTED
from shared.codes import Event, Reason, State

# Reserve at least this far ahead: four frames at any rate, and enough that a slow rate writes about once a minute.
RESERVE_MIN_STEPS = 400
RESERVE_FRAMES = 64
EVENTS_PER_SLICE = 4  # one record is one flash program of 64 bytes
RESTARTED_BIT = 1 << RESTARTED
COLLECT_EVERY = 10  # frames between garbage collections: in slack time, never in the frame
# A bus whose devices are all silent is held by one of them: nine clocks and a stop, once a second until one answers.
RECOVER_EVERY = 10
# A hub that has not been found 30 s after the start, or after it was lost, is missed (three unanswered heartbeats come first).
SEEK_PATIENCE_MS = 30_000


class Slices:
    """pump: state. keeper: dose memory. journal: storage.journal. link: link.session.LinkSession, or None without an identity."""

    def __init__(self, board, pump, keeper, journal, link):
        self._board = board
        self._pump = pump
        self._keeper = keeper
        self._journal = journal
        self._link = link
        self._panel = Panel(board.display)
        self._model = Model()
        self._changes = -1
        # Of the last boot, too: the memory says so until a person has seen that the pump has restarted.
        self._was_running = keeper.was_running
        self._journal_failed = False
        self._frames = 0
        self._events_lost = 0
        self._seeking_since_ms = 0
        self._was_linked = False

    def run(self, now_ms: int):
        """All slices once. now_ms: since boot."""
        self.dose_memory()
        self.journal(now_ms)
        if self._link is not None:
            self.link(now_ms)
        self.panel()
        if self._frames % RECOVER_EVERY == 0:
            self.buses()
        self._frames += 1
        if self._frames % COLLECT_EVERY == 0:
            gc.collect()

    def dose_memory(self):
        """Keep the reservation ahead of the steps; write the exact total when delivery stands; write closed windows."""
        pump, session = self._pump, self._pump.session
        running = pump.delivery.state == State.RUNNING
        if running:
            ahead = RESERVE_MIN_STEPS + RESERVE_FRAMES * (pump.programme.floor_steps + 1)
            if session.reserved_steps - session.done_steps < ahead // 2:
                # Never beyond what the gate permits: after a power cut everything reserved counts as given.
                upto = min(session.done_steps + ahead, pump.order.vtbi_steps)
                if upto > session.reserved_steps and self._keeper.reserve(upto, session):
                    session.reserved_steps = upto
        elif (
            self._was_running
            and not pump.conditions.active & RESTARTED_BIT
            and self._keeper.settle(session)
        ):
            session.reserved_steps = session.done_steps
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

    def journal(self, now_ms):
        pump = self._pump
        if self._journal_failed:
            # An error that a flash driver raises goes straight through LittleFS and leaves it in disorder: another write may never come back.
            # The fault stands until a power cycle; a pump that stands and says so is better than one that restarts over and over.
            return
        for _ in range(EVENTS_PER_SLICE):
            event = pump.events.take()
            if event is None:
                break
            if not self._journal.append(event[0], event[1:], now_ms):
                self._journal_failed = True
                if pump.faults.latch(faults.JOURNAL, event[0]):
                    pump.note_fault(faults.JOURNAL)
                break
        if pump.events.lost != self._events_lost:
            self._events_lost = pump.events.lost
            if pump.faults.latch(faults.JOURNAL, self._events_lost):
                pump.note_fault(faults.JOURNAL)

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
        pump.fill(self._model, linked)
        urgent = pump.conditions.changes != self._changes
        self._changes = pump.conditions.changes
        self._panel.slice(self._model, urgent)
