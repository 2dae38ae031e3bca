"""What must be in memory before it counts: the prescription before it runs, steps before they are made, the total when delivery stands.

Between the pump's state and its stores; outside the frame.
"""

from firmware.storage.prescription_store import PrescriptionStore
from shared import drug_library, prescription
from shared.codes import NO_FIELD, Event, Reason
from shared.errors import Malformed, Refused


class Keeper:
    """pump: state. dose_ring: storage.dose_ring.DoseRing. was_running: delivery was on when the power went."""

    def __init__(self, pump, dose_ring):
        self._pump = pump
        self._ring = dose_ring
        self._prescriptions = PrescriptionStore()
        self._dose_known = False
        self.was_running = False

    def recover_dose(self) -> bool:
        """Read the dose memory and put session and windows back, at the most that can have been given. False if it cannot be read."""
        dose = self._ring.recover()
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
        return True

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
        return pump.settings.activate_version(version)

    def store_prescription(self, raw: bytes, version: int, proof: bytes) -> bool:
        """raw: the prescription as signed. proof: the command box with its signatures."""
        return self._prescriptions.save(version, raw, proof)

    def begin_session(self, version: int) -> bool:
        """Count from zero for a new prescription; only then is its version remembered as the newest that was active."""
        return self._ring.begin(version) and self._pump.settings.activate_version(version)

    def reserve(self, upto_steps: int, session) -> bool:
        """Confirm what was made so far and reserve up to `upto_steps`: one record."""
        return self._ring.advance(session.done_steps, upto_steps, session.frames)

    def settle(self, session) -> bool:
        """Delivery stands: what was counted is what was made, nothing more is reserved."""
        return self._ring.settle(session.done_steps, session.frames)

    def close_minute(self, steps: int) -> bool:
        return self._ring.close_minute(steps)

    def close_quarter(self, steps: int) -> bool:
        return self._ring.close_quarter(steps)


def _usable(signed):
    """(fields, Reason.NONE) of a stored prescription, or (None, why it may not run)."""
    try:
        fields = prescription.decode(signed)
    except Malformed:
        return None, Reason.MALFORMED
    except Refused as refused:
        return None, refused.reason
    for finding in drug_library.check(fields):
        if finding.severity == drug_library.HARD:
            return None, finding.reason
    return fields, Reason.NONE
