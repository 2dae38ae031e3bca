"""Numbers and seals what goes up. A number is reserved in the settings before it is used, so a crash skips numbers and never repeats one."""

from shared.session import DIRECTION_UP, PUMP_SENDER_ID, SendContext, make_id_context

ALG_TELEMETRY = 10


class Sealer:
    """settings: storage.settings.Settings (`reserve_sequences`). identity: storage.identity record. boot_salt: 8 fresh random bytes."""

    def __init__(self, identity, settings, boot_salt: bytes):
        self._settings = settings
        self._context = SendContext(
            identity.master,
            identity.epoch,
            PUMP_SENDER_ID,
            make_id_context(identity.epoch, settings.boot, boot_salt),
            ALG_TELEMETRY,
            DIRECTION_UP,
            identity.pump_id,
            identity.clinic_id,
        )
        self._next = 0
        self._limit = 0

    def seal(self, body: bytes) -> bytes | None:
        """A sealed frame, or None if no number could be reserved (then nothing is sent: a repeated number would break the seal)."""
        if self._next >= self._limit:
            reserved = self._settings.reserve_sequences()
            if reserved is None:
                return None
            self._next, self._limit = reserved
        sequence = self._next
        self._next += 1
        return self._context.seal(sequence, body)
