"""A bit falls over in a number that doses: it is seen within a frame, or it gives nothing (SR-074)."""

import copy
import gc
from typing import Any

import pytest

from firmware.safety import limits
from firmware.storage import settings
from firmware.tests.bit_flips import BITS, PLACES, pump_in, shared_parts, sweep
from firmware.tests.pure_pump import PurePump, prescription
from shared.codes import DELIVERING_MASK, Key, State

PUMPS = {state: pump_in(state) for state in (State.RUNNING, State.BOLUS, State.PAUSED)}


def copy_of(pump):
    return copy.deepcopy(pump, shared_parts(pump))


@pytest.fixture(autouse=True, scope="module")
def collector_that_leaves_the_rest_alone():
    """The slices collect every ten frames; what stands in this process already is none of their business."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.what)
def test_a_flipped_bit_is_seen_in_time_or_harmless(place):
    result = sweep(place, PUMPS[place.state], copy_of)
    assert result.numbers and result.flips
    assert place.unguarded or result.unseen == []
    assert result.slowest <= place.frames
    # The fastest rate of the prescription, for one frame.
    assert result.excess_steps <= PUMPS[place.state].pump.programme.max_floor_steps + 1


def test_a_flip_in_where_a_person_was_before_reading_starts_nothing():
    for bit in range(5):
        pump = PurePump(prescription())
        pump.frame(10)
        delivery = pump.pump.delivery
        assert delivery.confirm_begin()
        delivery._came_from ^= 1 << bit
        pump.frame(2)
        delivery.confirm_end(False)
        assert not pump.moves(50) and not DELIVERING_MASK >> pump.state & 1


def test_a_flip_gives_no_clinicians_bolus_behind_a_patients():
    pump = copy_of(PUMPS[State.BOLUS])
    pump.pump.delivery._clinician_waits = True
    pump.frame(1_300)
    assert pump.state != State.CLINICIAN_BOLUS
    assert pump.pump.course.given[State.CLINICIAN_BOLUS] == 0


def stored(payload):
    return True


class PumpWithSettings(PurePump):
    """Its settings are the real ones, on a memory that takes everything."""

    def make_settings(self) -> Any:
        made = settings.Settings()
        made.valid = True
        made._slots.save = stored
        return made


def test_a_flip_in_the_calibration_changes_no_rate_and_is_never_stored():
    for bit in range(BITS):
        pump = PumpWithSettings(prescription()).start()
        pump.tap(Key.STOP)
        unit = pump.pump.programme.carry_unit
        pump.settings.pl_per_step ^= 1 << bit
        assert not pump.settings.activate_version(2)
        assert not pump.pump.load_prescription(prescription(), b"", 1)
        assert pump.pump.programme.carry_unit == unit
        pump.frame(2)
        assert pump.state == State.FAULT


def test_a_flip_in_a_bolus_shortens_no_lockout():
    pump = copy_of(PUMPS[State.BOLUS])
    pump.pump.course._bolus_runs = False
    pump.frame(600)
    # Whole as it was granted, or the pump stands.
    whole = prescription()["lockout_s"] * limits.FRAMES_PER_SECOND
    assert pump.state == State.FAULT or pump.pump.course.lockout_frames == whole


def test_a_fault_of_memory_is_not_left_by_any_key():
    pump = copy_of(PUMPS[State.RUNNING])
    pump.pump.order.hour_steps ^= 1 << 20
    pump.frame(2)
    assert pump.state == State.FAULT
    for key in (Key.OK, Key.START, Key.STOP, Key.START):
        pump.tap(key)
    assert pump.state == State.FAULT and not pump.moves()
