"""The firmware's own executive, slices and keeper on a PureBoard, driven by a test frame by frame. No files: the prescription is handed in.

On CPython for the state machines and invariants, on MicroPython for the 32-bit run.
"""

from firmware.tests.pure_board import PureBoard, stand_in_for_framebuf

stand_in_for_framebuf()

from firmware.executive import Executive
from firmware.keeper import Keeper
from firmware.pump import Pump
from firmware.slices import Slices
from firmware.storage.course_ring import CourseRing
from firmware.storage.dose_ring import DoseRing
from shared import alarm_table
from shared.codes import Key, State

PL_PER_STEP = 3_750
# A prescription that uses every mode, with room to give a bolus now and then.
TERMS = {
    "segments": [[0, 10_000_000]],
    "max_hour_nl": 14_000_000,
    "max_4h_nl": 48_000_000,
    "max_day_nl": 250_000_000,
    "max_bolus_nl": 1_000_000,
    "lockout_s": 600,
    "bolus_rate_nl_h": 30_000_000,
    "max_boluses": 6,
    "starts_after_s": 0,
    "vtbi_nl": 100_000_000,
    "max_minutes": 1_440,
    "occlusion_pa": 50_000,
    "load_nl": 0,
    "load_rate_nl_h": 0,
    "clinician_bolus_nl": 2_000_000,
    "clinician_bolus_minutes": 12,
    "kvo_rate_nl_h": 1_000_000,
    "kvo_minutes": 60,
    "min_minutes": 60,
    "bag_nl": 120_000_000,
}
_FIELDS_OF_PAPER = {
    "drug": "Ketamine",
    "conc_ng_ml": 1_000_000,
    "library_version": 2,
    "dosing_weight_g": 70_000,
    "profile": "BENCH",
    "overrides": [],
    "patient_class": 1,
}


def prescription(**changed) -> dict:
    """Fields of a prescription: TERMS with changes."""
    fields = dict(_FIELDS_OF_PAPER)
    fields.update(TERMS)
    fields.update(changed)
    return fields


class Log:
    """The journal's place: every event in order, as (code, first, second, third)."""

    next_seq = 1

    def __init__(self):
        self.events = []
        self.fails = False

    def append(self, code, args, now_ms):
        if self.fails:
            return False
        self.events.append((code,) + tuple(args))
        return True

    def codes(self, code):
        return [event for event in self.events if event[0] == code]


class Memory:
    """The settings' place."""

    valid = True
    boot = 1
    pl_per_step = PL_PER_STEP
    last_command = 0
    clinician_code = 4_711

    def __init__(self):
        self.rx_version = 0

    def intact(self):
        return True

    def activate_version(self, version):
        self.rx_version = version
        return True


class PurePump:
    """fields: of the prescription, None for a pump without one. drive: sees each frame after it was made, for counting."""

    def __init__(self, fields=None, version=1):
        self.settings = self.make_settings()
        self.log = Log()
        self.cells = None
        self.fields = None
        self.frames = 0
        self.board = PureBoard()
        self.power_on()
        if fields is not None:
            self.prescribe(fields, version)

    def power_on(self):
        """A boot: everything but FRAM, log, settings and prescription is forgotten."""
        old = self.board
        self.board = board = PureBoard(self.cells)
        board.fittings.open_mask = old.fittings.open_mask
        board.downstream.base_pa = old.downstream.base_pa
        board.air.liquid = old.air.liquid
        self.cells = board.fram_bus.cells
        self.pump = pump = Pump(board, self.settings, self.log)
        self.keeper = Keeper(pump, DoseRing(board.fram), CourseRing(board.fram))
        # The stored prescription is a file, and there are none here.
        self.keeper.sweep = lambda version, digest: True
        pump.attach(self.keeper)
        self.dose_known = self.keeper.recover_dose()
        self.recover()
        if self.keeper.was_running:
            pump.conditions.hold(alarm_table.RESTARTED, True, 1)
            pump.conditions.hold(alarm_table.RESTARTED, False, 0)
        self.executive = Executive(board, pump)
        self.slices = Slices(board, self.executive, self.keeper, self.log, self.make_link(), None)

    # What host_machines.bench makes otherwise.

    def make_settings(self):
        return Memory()

    def make_link(self):
        return None

    def recover(self):
        """The prescription, back from where it is kept."""
        if self.fields is not None:
            assert self.pump.load_prescription(self.fields, b"", self.settings.rx_version)

    def prescribe(self, fields, version=1):
        """As a confirmed prescription begins: counted from zero, standing."""
        assert self.keeper.begin_session(version)
        self.pump.session.begin(version)
        assert self.pump.load_prescription(fields, b"", version), "not a prescription"
        self.fields = fields

    # --- driving ---------------------------------------------------------------------------------------------------------

    def frame(self, frames=1):
        """That many frames of 100 ms."""
        for _ in range(frames):
            self.frames += 1
            self.board.clock.seconds = self.frames // 10
            self.board.motor.powered = not self.board.buttons.down & (1 << Key.STOP)
            self.executive.frame(1)
            self.slices.run(self.frames * 100)

    def tap(self, key, held=2):
        """Press, hold, let go; two frames more to see what came of it."""
        self.board.buttons.down |= 1 << key
        self.frame(held)
        self.board.buttons.down &= ~(1 << key)
        self.frame(2)

    def settle(self):
        """Frames until the screen is on the glass."""
        self.frame(20)

    def start(self):
        self.frame(3)
        self.tap(Key.START)
        return self

    def acknowledge_all(self):
        """OK for each alarm that waits, once it is on the glass."""
        for _ in range(8):
            if self.pump.waiting_alarm() < 0:
                return
            self.settle()
            self.tap(Key.OK)

    # --- looking ---------------------------------------------------------------------------------------------------------

    @property
    def state(self):
        return self.pump.delivery.state

    @property
    def steps(self):
        """Made by the motor since power-on."""
        return self.board.motor.steps_total

    def alarmed(self, alarm_id):
        return self.pump.conditions.active >> alarm_id & 1 == 1

    def running(self):
        return self.state == State.RUNNING

    def moves(self, frames=20):
        """Whether the motor makes a step in the next frames."""
        before = self.board.motor.steps_total
        self.frame(frames)
        return self.board.motor.steps_total != before
