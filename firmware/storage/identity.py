"""Who this pump is and whom it obeys: identity.cbor, written once by `tools.provision`, never by the pump.

    {0: pump_id bytes16, 1: clinic_id bytes8, 2: master bytes32, 3: epoch u32, 4: [[key_id bytes8, public bytes64, role, person text] ...], 5: name text}

Strict: anything else is refused whole. A pump without a valid identity delivers nothing.
"""

import hashlib

from shared import cbor
from shared.codes import Role
from shared.errors import Malformed

FILE = "identity.cbor"
MAX_BYTES = 4_000
MAX_CLINICIANS = 16
MAX_TEXT_BYTES = 48
_U32 = (1 << 32) - 1
_ROLES = (Role.PRESCRIBER, Role.CHECKER)


class IdentityError(Exception):
    """field: what is wrong with the file, by its name in the table above, or `file`."""

    def __init__(self, field: str):
        super().__init__(field)
        self.field = field


class Clinician:
    """key_id: first 8 bytes of SHA-256 of `public`. public: 64 bytes x || y of P-256. role: codes.Role. person: whose key it is."""

    def __init__(self, key_id: bytes, public: bytes, role: int, person: str):
        self.key_id = key_id
        self.public = public
        self.role = role
        self.person = person


class Identity:
    """pump_id, clinic_id, master, epoch, clinicians, name: as in the file. `master` is a secret and goes nowhere but into key derivation."""

    def __init__(self, pump_id, clinic_id, master, epoch, clinicians, name):
        self.pump_id = pump_id
        self.clinic_id = clinic_id
        self.master = master
        self.epoch = epoch
        self.clinicians = clinicians
        self.name = name


def load(directory: str = "/vigil") -> Identity:
    """Read identity.cbor. IdentityError if it is missing or anything in it is not as it must be."""
    try:
        with open(directory + "/" + FILE, "rb") as file:
            # A buffer of the file's own size: the largest one allowed would need 4 KB in one piece.
            size = file.seek(0, 2)
            file.seek(0)
            raw = file.read(min(size, MAX_BYTES + 1))
    except OSError:
        raise IdentityError("file")
    return parse(raw)


def parse(raw: bytes) -> Identity:
    """The identity in `raw`. IdentityError names the field that is wrong."""
    try:
        record = cbor.decode(raw, MAX_BYTES)
    except Malformed:
        raise IdentityError("file")
    if type(record) is not dict or sorted(record) != [0, 1, 2, 3, 4, 5]:
        raise IdentityError("file")
    pump_id = _bytes(record[0], 16, "pump_id")
    clinic_id = _bytes(record[1], 8, "clinic_id")
    master = _bytes(record[2], 32, "master")
    # A master of one repeated byte is a flash that was never written, not a key.
    if master == master[:1] * 32:
        raise IdentityError("master")
    epoch = record[3]
    if type(epoch) is not int or not 0 <= epoch <= _U32:
        raise IdentityError("epoch")
    return Identity(
        pump_id, clinic_id, master, epoch, _clinicians(record[4]), _text(record[5], "name")
    )


def pack(identity: Identity) -> bytes:
    """The file's content."""
    people = [[one.key_id, one.public, one.role, one.person] for one in identity.clinicians]
    return cbor.encode(
        {
            0: identity.pump_id,
            1: identity.clinic_id,
            2: identity.master,
            3: identity.epoch,
            4: people,
            5: identity.name,
        }
    )


def key_id_of(public: bytes) -> bytes:
    """First 8 bytes of SHA-256 of the 64-byte public point (protocol 2.2)."""
    return hashlib.sha256(public).digest()[:8]


def _clinicians(rows):
    if type(rows) is not list or len(rows) > MAX_CLINICIANS:
        raise IdentityError("clinicians")
    found = []
    for row in rows:
        if type(row) is not list or len(row) != 4:
            raise IdentityError("clinicians")
        public = _bytes(row[1], 64, "public")
        if row[0] != key_id_of(public):
            raise IdentityError("key_id")
        if type(row[2]) is not int or row[2] not in _ROLES:
            raise IdentityError("role")
        person = _text(row[3], "person")
        for other in found:
            # One person has one key in one role: two signatures must be two persons.
            if other.key_id == row[0] or other.person == person:
                raise IdentityError("person")
        found.append(Clinician(row[0], public, row[2], person))
    return found


def _bytes(value, length, field):
    if type(value) is not bytes or len(value) != length:
        raise IdentityError(field)
    return value


def _text(value, field):
    if type(value) is not str or not 0 < len(value.encode()) <= MAX_TEXT_BYTES:
        raise IdentityError(field)
    return value
