"""Opens the sealed frames of every enrolled pump. What cannot be opened is named, never repaired."""

from __future__ import annotations

from dataclasses import dataclass

from shared import cose, messages, session
from shared.errors import Forged, Malformed

NOT_ENROLLED = "pump is not enrolled here"


class Poison(Exception):
    """A frame that will never open here. The text is for staff; it holds nothing of the frame."""


@dataclass(frozen=True, slots=True)
class Opened:
    pump_id: bytes
    id_context: bytes
    seq: int
    body: messages.Telemetry | messages.Event | messages.Receipt

    @property
    def key(self) -> tuple[bytes, bytes, int]:
        """What may come once only."""
        return (self.pump_id, self.id_context, self.seq)


class Openers:
    """One opener a pump. Which pump a record claims to be of decides the key; a wrong claim does not open."""

    def __init__(self) -> None:
        self._openers: dict[bytes, session.Opener] = {}

    def enrol(self, pump_id: bytes, clinic_id: bytes, master: bytes, epoch: int) -> None:
        """Take a pump's keys. The epoch before is still read, for frames that were on their way."""
        epochs = (epoch, epoch - 1) if epoch else (epoch,)
        self._openers[pump_id] = session.Opener(
            master, cose.ALG_CCM_64, session.DIRECTION_UP, pump_id, clinic_id, epochs
        )

    def knows(self, pump_id: bytes) -> bool:
        return pump_id in self._openers

    def open(self, pump_id: bytes, frame: bytes) -> Opened:
        """The body of a frame, or Poison."""
        opener = self._openers.get(pump_id)
        if opener is None:
            raise Poison(NOT_ENROLLED)
        try:
            _, id_context, _, seq, plaintext = opener.open(frame)
        except Forged:
            raise Poison("seal does not fit") from None
        except Malformed as error:
            raise Poison(f"frame is malformed ({error.code} at {error.offset})") from None
        try:
            body = messages.parse_up(plaintext)
        except Malformed as error:
            raise Poison(f"body is malformed ({error.code}, {error.field})") from None
        return Opened(pump_id, id_context, seq, body)
