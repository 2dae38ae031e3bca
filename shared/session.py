"""Keys, nonces and associated data of the sealed frame (docs/PROTOCOL.md section 2).

A sender makes one `SendContext` for each boot or lease. A receiver has one `Opener`, which derives
contexts as frames bring them. The direction is where a frame arrived; it is never read from it.
"""

from shared import cbor, ccm, cose
from shared.errors import Forged, Refused
from shared.hkdf import hkdf_sha256

DIRECTION_UP = 0
DIRECTION_DOWN = 1
PUMP_SENDER_ID = b"\x01"
# First byte and length of a sender id, by direction: the pump, or 02 and a lease of 16 bits.
_SENDER = ((b"\x01", 1), (b"\x02", 3))

MASTER_SIZE = 32
KEY_SIZE = 16
PUMP_ID_SIZE = 16
CLINIC_ID_SIZE = 8
_AAD_VERSION = 1
_EPOCH_INFO = b"vigil v1 epoch"
# Senders whose keys are kept: the pump of today and of its last boots, or two leases and spare.
CACHE_SIZE = 4


def epoch_key(master: bytes, epoch: int) -> bytes:
    """E(epoch), 32 bytes. ValueError unless master has 32 bytes and epoch 32 bits."""
    if len(master) != MASTER_SIZE or not 0 <= epoch < 1 << 32:
        raise ValueError("master or epoch")
    return hkdf_sha256(b"", master, _EPOCH_INFO + epoch.to_bytes(4, "big"), 32)


def make_id_context(epoch: int, boot: int, salt8: bytes) -> bytes:
    """16 bytes. `boot` is the pump's boot counter or the clinic's lease generation."""
    if len(salt8) != 8:
        raise ValueError("salt")
    return epoch.to_bytes(4, "big") + boot.to_bytes(4, "big") + salt8


def clinic_sender_id(lease: int) -> bytes:
    return b"\x02" + lease.to_bytes(2, "big")


class _Context:
    """Key, common IV and associated data of one sender in one id_context."""

    def __init__(self, secret, sender_id, id_context, alg, external_aad):
        key_info = (sender_id, id_context, alg, "Key", KEY_SIZE)
        iv_info = (b"", id_context, alg, "IV", cose.NONCE_SIZE)
        self.sender_id = sender_id
        self.id_context = id_context
        self.key = hkdf_sha256(b"", secret, cbor.encode(key_info), KEY_SIZE)
        self.common_iv = hkdf_sha256(b"", secret, cbor.encode(iv_info), cose.NONCE_SIZE)
        self.aad = cose.enc_structure(cose.protected_header(alg), external_aad)

    def nonce(self, seq: int) -> bytes:
        return cose.make_nonce(self.common_iv, self.sender_id, seq)


def external_aad(direction: int, pump_id: bytes, clinic_id: bytes, epoch: int) -> bytes:
    """[1, direction, pump_id, clinic_id, epoch, class]; in version 1 class equals direction."""
    if direction not in (DIRECTION_UP, DIRECTION_DOWN):
        raise ValueError("direction")
    if len(pump_id) != PUMP_ID_SIZE or len(clinic_id) != CLINIC_ID_SIZE:
        raise ValueError("id")
    return cbor.encode((_AAD_VERSION, direction, pump_id, clinic_id, epoch, direction))


def _epoch_of(id_context: bytes) -> int:
    return int.from_bytes(id_context[:4], "big")


class SendContext:
    """Seals with rising sequence numbers, so that no nonce can come twice under its key."""

    def __init__(
        self,
        master: bytes,
        epoch: int,
        sender_id: bytes,
        id_context: bytes,
        alg: int,
        direction: int,
        pump_id: bytes,
        clinic_id: bytes,
    ):
        if len(id_context) != cose.ID_CONTEXT_SIZE or _epoch_of(id_context) != epoch:
            raise ValueError("id_context")
        aad = external_aad(direction, pump_id, clinic_id, epoch)
        first, size = _SENDER[direction]
        if sender_id[:1] != first or len(sender_id) != size:
            raise ValueError("sender_id")
        self._alg = alg
        self._kid = sender_id + bytes((epoch & 0xFF,))
        self._context = _Context(epoch_key(master, epoch), sender_id, id_context, alg, aad)
        self._last = -1

    def seal(self, seq: int, body: bytes) -> bytes:
        """A frame. ValueError for a sequence that does not rise: it would repeat a nonce."""
        if seq <= self._last:
            raise ValueError("sequence does not rise")
        context = self._context
        nonce = context.nonce(seq)
        self._last = seq
        tag_size = cose.TAG_SIZES[self._alg]
        ciphertext = ccm.seal(context.key, nonce, context.aad, body, tag_size)
        return cose.assemble(self._alg, self._kid, context.id_context, seq, ciphertext)


class Opener:
    """Opens the frames of one pump in one direction, for the epochs it was given."""

    def __init__(
        self,
        master: bytes,
        alg: int,
        direction: int,
        pump_id: bytes,
        clinic_id: bytes,
        epochs: tuple = (0,),
    ):
        self._alg = alg
        self._sender = _SENDER[direction]
        self._secrets = {epoch: epoch_key(master, epoch) for epoch in epochs}
        self._aads = {
            epoch: external_aad(direction, pump_id, clinic_id, epoch) for epoch in epochs
        }
        self._contexts = []  # latest used last

    def open(self, frame: bytes, check=None) -> tuple:
        """(sender_id, id_context, epoch, seq, plaintext).

        check: a function of the sequence that returns a codes.Reason, asked before any key work;
        the pump hands in `StrictCounter.check`. Raises `Malformed`, `Forged`, or `Refused` with
        that reason. Changes no replay state.
        """
        parsed = cose.parse_encrypt0(frame)
        sender_id = parsed.kid[:-1]
        epoch = _epoch_of(parsed.id_context)
        first, size = self._sender
        if parsed.alg != self._alg or sender_id[:1] != first or len(sender_id) != size:
            raise Forged()
        if epoch not in self._secrets or parsed.kid[-1] != epoch & 0xFF:
            raise Forged()
        if check is not None:
            reason = check(parsed.seq)
            if reason:
                raise Refused(reason)
        context = self._find(sender_id, parsed.id_context)
        if context is None:
            context = _Context(
                self._secrets[epoch], sender_id, parsed.id_context, self._alg, self._aads[epoch]
            )
        plaintext = ccm.open_(
            context.key,
            context.nonce(parsed.seq),
            context.aad,
            parsed.ciphertext,
            cose.TAG_SIZES[self._alg],
        )
        # Only now: a flood of forged contexts must not push out the ones in use.
        self._keep(context)
        return sender_id, parsed.id_context, epoch, parsed.seq, plaintext

    def _find(self, sender_id: bytes, id_context: bytes):
        for context in self._contexts:
            if context.id_context == id_context and context.sender_id == sender_id:
                return context
        return None

    def _keep(self, context) -> None:
        if self._contexts and self._contexts[-1] is context:
            return
        self._contexts = [kept for kept in self._contexts if kept is not context]
        self._contexts.append(context)
        if len(self._contexts) > CACHE_SIZE:
            self._contexts.pop(0)
