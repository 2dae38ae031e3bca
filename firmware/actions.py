"""What each action of a person at the pump does. The keypad has decided what was meant; safety and therapy decide whether it may be.

Part of the frame: allocates nothing. Storage that an action needs is left to the slices.
"""

from firmware.panel.key_actions import Action, Notice
from shared import alarm_table as alarm
from shared.codes import DELIVERING_MASK, Event, Key, Reason, State


class Actions:
    """board: drivers. pump: state. keypad: panel.keypad.Keypad."""

    def __init__(self, board, pump, keypad):
        self._board = board
        self._pump = pump
        self._keypad = keypad

    def do(self, action: int):
        """Carry out one action of this frame. Action.NONE does nothing."""
        if action == Action.NONE:
            return
        pump = self._pump
        if action == Action.STOP:
            self._stop()
        elif action == Action.STOP_LONG:
            pump.change_state(State.STOPPED, Key.STOP)
        elif action == Action.START:
            self._start()
        elif action == Action.SILENCE:
            pump.conditions.silence()
        elif action == Action.ACKNOWLEDGE:
            self._acknowledge()
        elif action == Action.BOLUS:
            self._bolus(State.BOLUS)
        elif action == Action.CLINICIAN_BOLUS:
            self._bolus(State.CLINICIAN_BOLUS)
        elif action == Action.UNLOCK_ALERT:
            pump.conditions.unlock()
        elif action == Action.PRIME_CONFIRM:
            pump.events.note(Event.PRIME_CONFIRMED, 0, 0, 0)
        elif action == Action.PRIME_BEGIN:
            self._prime()
        elif action == Action.PRIME_END:
            if pump.delivery.state == State.PRIMING:
                pump.end_phase(Reason.NONE)
        elif action == Action.NEW_BAG:
            pump.course.change_bag()
            pump.events.note(Event.BAG_CHANGED, 0, 0, 0)
        elif action == Action.LOCK_KEYS:
            pump.events.note(Event.KEYS_LOCKED, 0, 0, 0)
        elif action == Action.UNLOCK_KEYS:
            pump.events.note(Event.KEYS_UNLOCKED, 0, 0, 0)
        # CODE_TRY waits for a slice: the try is stored before it is compared.

    def _acknowledge(self):
        pump = self._pump
        shown = pump.conditions.shown()
        if pump.conditions.acknowledge(shown, pump.drawn_alarm) and shown == alarm.NOT_STARTED:
            # They know that nothing runs: the START is forgotten.
            pump.started.withdrawn()

    def _stop(self):
        pump = self._pump
        state = pump.delivery.state
        pump.events.note(Event.STOP_PRESSED, state, 0, 0)
        if DELIVERING_MASK >> state & 1:
            pump.pause(Key.STOP)

    def _start(self):
        pump, delivery = self._pump, self._pump.delivery
        active = pump.conditions.active
        pump.events.note(Event.START_PRESSED, delivery.state, active, 0)
        before = delivery.state
        # While STOP is down the motor has no power: nothing may be counted as given.
        stop_down = self._board.buttons.mask & (1 << Key.STOP) != 0
        halted = pump.faults.stopping != 0 or active & alarm.HALT_MASK != 0 or stop_down
        if delivery.start(pump.order.valid, halted):
            pump.conditions.loops.started()
            pump.events.note(Event.STATE_CHANGED, before, delivery.state, Key.START)
        pump.started.pressed()

    def _bolus(self, state):
        """Grant or refuse; a refusal is heard and seen, and both are in the log (SR-015)."""
        pump = self._pump
        pump.refresh_view()
        reason = pump.gate.grant(state, pump.order, pump.view, pump.windows)
        if reason == Reason.NONE:
            before = pump.delivery.state
            pump.delivery.begin_bolus(state)
            pump.events.note(Event.BOLUS_GRANTED, state, pump.order.phase_steps[state], 0)
            pump.events.note(Event.STATE_CHANGED, before, state, Reason.NONE)
            return
        pump.events.note(Event.BOLUS_REFUSED, state, reason, pump.course.lockout_s)
        pump.conditions.chime(alarm.BOLUS_REFUSED, reason)
        if state == State.CLINICIAN_BOLUS:
            self._keypad.tell(Notice.NOT_NOW)

    def _prime(self):
        pump = self._pump
        before = pump.delivery.state
        halted = pump.faults.stopping != 0 or pump.conditions.active & alarm.HALT_MASK != 0
        if halted or not pump.delivery.begin_prime():
            self._keypad.tell(Notice.NOT_NOW)
            return
        pump.events.note(Event.STATE_CHANGED, before, State.PRIMING, Key.OK)
