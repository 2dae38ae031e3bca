"""What must be in memory before it counts: the prescription before it runs, steps before they are made, a bolus before it begins, a total when delivery stands.

Between the pump's state and its stores; outside the frame. Writes that belong together are ordered so that power that fails between any two of them leaves
the more restrictive state.
"""

from firmware.safety import faults
from firmware.storage.prescription_store import PrescriptionStore
from shared import drug_library, prescription
from shared.codes import NO_FIELD, Event, Reason
from shared.errors import Refused

_U32 = (1 << 32) - 1


class Keeper:
    """pump: state. dose_ring, course_ring: of storage. directory: where the prescription stands. was_running: delivery was on when the power went."""

    def __init__(self, pump, dose_ring, course_ring, directory: str = "/vigil"):
        self._pump = pump
        self._ring = dose_ring
        self._course = course_ring
        self._directory = directory
        self._prescriptions = PrescriptionStore(directory)
        self._dose_known = False
        self.was_running = False

    def recover_dose(self) -> bool:
        """Read the dose memory and put session, windows and course back, at the most that can have been given. False if it cannot be read.

        A course that cannot be read is no fault of its own: it is taken at its most restrictive, which allows no bolus (SR-023).
        """
        dose = self._ring.recover()
        kept = self._course.recover()
        pump = self._pump
        if not dose.valid:
            return False
        if dose.blank and pump.settings.rx_version > 0:
            # Something has been given by this pump, and its memory says that nothing was: it was erased or changed.
            return False
        self._dose_known = True
        pump.windows.assume(dose.minute_steps, dose.quarter_steps)
        pump.session.resume(dose.session, dose.min_steps, dose.max_steps, dose.frames)
        self.was_running = dose.running
        if dose.max_steps != dose.min_steps:
            pump.events.note(Event.TOTAL_UNCERTAIN, dose.min_steps, dose.max_steps, 0)
        if not dose.blank:
            self._recover_course(kept, dose.session)
        return True

    def _recover_course(self, kept, session):
        """Put the course of `session` back, or the most restrictive one. kept: what its memory holds, or None."""
        pump = self._pump
        active = pump.settings.rx_version
        # Power went within an activation: nothing of the new one has been given. What the old one left, lockout and bag, goes on into it.
        cut = pump.settings.valid and session > active
        if kept is not None and (kept[0] == session or (cut and kept[0] == active)):
            # The bag is kept as the total at which it was full, so that steps made after the record count as well.
            total_steps = self._total_steps(pump.session.done_steps)
            pump.course.resume(*kept[:-1], (total_steps - kept[-1]) & _U32)
        elif kept is not None or not cut or active > 0:
            pump.course.forget(active if cut else session)
            pump.events.note(Event.FAULT_MASKED, faults.DOSE_MEMORY, 1, 0)

    def recover_prescription(self) -> bool:
        """Load the stored prescription, checked anew against library and limits as if it had just come. Delivery stays off.

        True also if there never was one, or if it is whole but no longer allowed, by a newer drug library for one: then nothing runs, and the
        clinic can send the next version. False if it is damaged, or older than one that has already been active.
        """
        store, pump = self._prescriptions, self._pump
        if not store.load():
            # A torn first one counts as none: no version was remembered yet, so nothing of it has been given.
            return pump.settings.rx_version == 0 and pump.session.done_steps == 0
        if store.version < pump.settings.rx_version:
            return False
        # Without a dose memory it is loaded to be told to the clinic; a latched fault forbids every step.
        if self._dose_known and not self._count_for(store.version):
            return False
        pump.remember_prescription(store.signed, store.version)
        fields, reason = _usable(store.signed)
        if reason == Reason.NONE and pump.load_prescription(fields, store.signed, store.version):
            return True
        pump.events.note(Event.RX_REFUSED, store.version, reason or Reason.FIELD_RANGE, NO_FIELD)
        return True

    def _count_for(self, version):
        """See to it that the dose memory counts for this version, and that the version is remembered."""
        pump = self._pump
        if not pump.settings.valid:
            return False
        begun = pump.session.version == version
        if pump.settings.rx_version == version:
            # It has been active before; a memory that counts for another one has forgotten what was given.
            return begun
        # The power went between storing the prescription and remembering its version: nothing of it has been given.
        if not begun:
            if not self._ring.begin(version):
                return False
            pump.session.begin(version)
        if pump.course.version != version and not self._begin_course(version):
            return False
        return pump.settings.activate_version(version)

    def store_prescription(self, raw: bytes, version: int, proof: bytes) -> bool:
        """raw: the prescription as signed. proof: the command box with its signatures."""
        return self._prescriptions.save(version, raw, proof)

    def begin_session(self, version: int) -> bool:
        """Count total and course from zero for a new prescription; only then is its version remembered as the newest that was active."""
        if not self._ring.begin(version):
            return False
        # The pump begins its own session once all of this is stored.
        return self._begin_course(version) and self._pump.settings.activate_version(version)

    def _begin_course(self, version):
        self._pump.course.begin_session(version)
        return self._save_course(self._pump.course, 0)

    def save_course(self, course) -> bool:
        """Store bolus counts, lockout, load, KVO and bag: before a bolus begins, so that power that fails in it leaves it counted and locked, and after it."""
        return self._save_course(course, self._pump.session.done_steps)

    def _save_course(self, course, done_steps):
        values = course.snapshot()
        full_at = (self._total_steps(done_steps) - values[-1]) & _U32
        return self._course.save(values[:-1] + (full_at,))

    def _total_steps(self, done_steps):
        """Given by this pump in all its life."""
        return self._ring.before_steps + done_steps

    def reserve(self, upto_steps: int, session) -> bool:
        """Confirm what was made so far and reserve up to `upto_steps`: one record."""
        return self._ring.advance(session.done_steps, upto_steps, session.frames)

    def settle(self, session) -> bool:
        """Delivery stands: what was counted is what was made, nothing more is reserved."""
        return self._ring.settle(session.done_steps, session.frames)

    def sweep(self, version: int, digest: bytes) -> bool:
        """Whether the stored prescription can still be read and is the one that runs. version, digest: of that one."""
        if version == 0:
            return True
        store = PrescriptionStore(self._directory)
        return store.load() and store.version == version and store.hash == digest

    def close_minute(self, steps: int) -> bool:
        return self._ring.close_minute(steps)

    def close_quarter(self, steps: int) -> bool:
        return self._ring.close_quarter(steps)


def _usable(signed):
    """(fields, Reason.NONE) of a stored prescription, or (None, why it may not run)."""
    try:
        fields = prescription.decode(signed)
    except Refused as refused:
        return None, refused.reason
    for finding in drug_library.blocking(drug_library.check(fields)):
        return None, finding.reason
    return fields, Reason.NONE
