"""The prescription as the clinicians signed it, byte for byte, in two slots."""

import hashlib

from firmware.storage.slots import MAX_PAYLOAD, TwoSlots
from shared import cbor
from shared.errors import Malformed

FORMAT = 1
NO_HASH = bytes(32)
_U32 = (1 << 32) - 1


class PrescriptionStore:
    """version: 0 without a prescription. signed: the command bytes under the signatures. proof: what else is needed to check them again
    (the caller's own bytes). hash: SHA-256 of `signed`, zeros without one. damaged: a slot was there and not whole.

    directory: where rx-a.cbor and rx-b.cbor stand.
    """

    def __init__(self, directory: str = "/vigil"):
        self._slots = TwoSlots(directory + "/rx-a.cbor", directory + "/rx-b.cbor")
        self._forget()
        self.damaged = False

    def load(self) -> bool:
        """Read the newest whole record. False: none (then `damaged` says whether there was one)."""
        self._forget()
        payload = self._slots.load()
        self.damaged = self._slots.damaged > 0
        if payload is None:
            return False
        record = _parse(payload)
        if record is None:
            self.damaged = True
            return False
        self.version, self.signed, self.proof, self.hash = record
        return True

    def save(self, version: int, signed: bytes, proof: bytes = b"") -> bool:
        """Store a newer prescription. False, and the old one stands: version not above the old, too long, or not stored."""
        if type(version) is not int or not self.version < version <= _U32 or not signed:
            return False
        digest = hashlib.sha256(signed).digest()
        payload = cbor.encode([FORMAT, version, signed, proof, digest])
        if len(payload) > MAX_PAYLOAD or not self._slots.save(payload):
            return False
        self.version = version
        self.signed = bytes(signed)
        self.proof = bytes(proof)
        self.hash = digest
        return True

    def _forget(self):
        self.version = 0
        self.signed = b""
        self.proof = b""
        self.hash = NO_HASH


def _parse(payload):
    try:
        record = cbor.decode(payload, MAX_PAYLOAD)
    except Malformed:
        return None
    if type(record) is not list or len(record) != 5:
        return None
    form, version, signed, proof, digest = record
    if type(form) is not int or form != FORMAT:
        return None
    if type(version) is not int or not 0 < version <= _U32:
        return None
    if type(signed) is not bytes or type(proof) is not bytes or type(digest) is not bytes:
        return None
    if hashlib.sha256(signed).digest() != digest:
        return None
    return version, signed, proof, digest
