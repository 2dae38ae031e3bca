"""Composition root: board → stores → pump → link; then the loop. Everything the frame needs is made here, before the first frame."""

import gc

# Loading leaves garbage between what stays. Collected often, the heap stays in one piece: 45 KB less are needed.
LOADING_THRESHOLD_BYTES = 4_096
RUNNING_THRESHOLD_BYTES = 8_192  # more often than this costs time and saves nothing
gc.threshold(LOADING_THRESHOLD_BYTES)

import os
import sys
import time

from firmware import boards
from firmware.executive import Executive
from firmware.keeper import Keeper
from firmware.link.session import LinkSession
from firmware.pump import Pump
from firmware.safety import faults, limits
from firmware.slices import Slices
from firmware.storage import flash
from firmware.storage import identity as identity_store
from firmware.storage import program as program_store
from firmware.storage import settings as settings_store
from firmware.storage.course_ring import CourseRing
from firmware.storage.dose_ring import DoseRing
from firmware.storage.journal import Journal
from firmware.storage.number_ring import NumberRing
from firmware.storage.program import ProgramCheck
from firmware.storage.settings import Settings
from shared import alarm_table
from shared.codes import Event
from shared.drug_profiles import LIBRARY_VERSION

FIRMWARE_VERSION = 2


def _read_identity():
    try:
        return identity_store.load()
    except identity_store.IdentityError:
        return None


def _unload(name):
    """Give back the memory of a module that nobody needs any more."""
    package, _, leaf = name.rpartition(".")
    delattr(sys.modules[package], leaf)
    del sys.modules[name]


def start(board):
    """Build the pump from what stands in its memories. Returns (executive, slices); delivery is off."""
    # The self-test runs once: its code is not kept.
    from firmware import power_on
    from firmware.safety import selftest

    mounted = flash.mount()
    settings = Settings(numbers=NumberRing(board.fram))
    settings_ok = mounted.ok and settings.load() and settings.start_boot()
    journal = Journal()
    journal_ok = mounted.ok and journal.start(settings.boot)
    pump = Pump(board, settings, journal)
    pump.firmware_version = FIRMWARE_VERSION
    keeper = Keeper(pump, DoseRing(board.fram), CourseRing(board.fram))
    pump.attach(keeper)
    pump.events.note(Event.BOOT, board.reset_cause, FIRMWARE_VERSION, 0)
    pump.events.note(Event.VERSIONS, FIRMWARE_VERSION, LIBRARY_VERSION, settings_store.FORMAT)

    evidence = power_on.collect(board)
    program = ProgramCheck(program_store.root())
    evidence["program_whole"] = program.run()
    evidence["storage_mounted"] = mounted.ok
    evidence["settings_readable"] = settings_ok
    evidence["journal_readable"] = journal_ok
    evidence["dose_memory_readable"] = keeper.recover_dose()
    evidence["prescription_readable"] = not mounted.ok or keeper.recover_prescription()
    evidence["reset_by_watchdog"] = board.reset_by_watchdog
    for number in selftest.judge(evidence, pump.faults):
        pump.events.note(Event.SELFTEST_FAILED, number, 0, 0)
    if keeper.was_running:
        # Latched, and its cause is over at once: a person has to see it, then press START.
        pump.conditions.hold(alarm_table.RESTARTED, True, board.reset_cause)
        pump.conditions.hold(alarm_table.RESTARTED, False, 0)

    identity = _read_identity() if mounted.ok else None
    link = None
    if identity is None or not settings_ok:
        # Without keys there is no clinic, and without a clinic no prescription: the panel says so.
        pump.faults.latch(faults.SETTINGS, 0)
    else:
        link = LinkSession(board.uart, identity, settings, journal, pump, os.urandom)
    _unload("firmware.power_on")
    _unload("firmware.safety.selftest")
    executive = Executive(board, pump)
    return executive, Slices(board, executive, keeper, journal, link, program)


def run(board, executive, slices):
    """The loop. Absolute deadlines, so that a late frame does not shift the ones after it; missed frames are counted and not made up."""
    pump = executive.pump
    board.start_watchdog()
    gc.collect()
    gc.threshold(RUNNING_THRESHOLD_BYTES)
    mono_ms = 0
    frames = 1
    late_in_a_row = 0
    deadline = time.ticks_ms()
    while True:
        executive.frame(frames)
        slices.run(mono_ms)
        deadline = time.ticks_add(deadline, limits.FRAME_MS)
        mono_ms += limits.FRAME_MS
        frames = 1
        left_ms = time.ticks_diff(deadline, time.ticks_ms())
        if left_ms >= 0:
            time.sleep_ms(left_ms)
            late_in_a_row = 0
            continue
        if left_ms < -limits.OVERRUN_MS:
            late_in_a_row += 1
            # To write an event costs time itself: once there is a fault, more of the same would feed it.
            if late_in_a_row <= limits.OVERRUN_FAULT_FRAMES:
                pump.events.note(Event.FRAME_OVERRUN, -left_ms, 0, 0)
            if late_in_a_row >= limits.OVERRUN_FAULT_FRAMES:
                pump.faults.latch(faults.FRAME_OVERRUN, -left_ms)
        missed = -left_ms // limits.FRAME_MS
        frames += missed
        mono_ms += missed * limits.FRAME_MS
        deadline = time.ticks_add(deadline, missed * limits.FRAME_MS)


def main():
    board = boards.current()
    executive, slices = start(board)
    run(board, executive, slices)
