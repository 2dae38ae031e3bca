"""A clinic for tests, on both interpreters: it signs and seals as docs/PROTOCOL.md 2.2 says, with shared's own cryptography.

Every key here is for tests only.
"""

import hashlib

from firmware.storage.identity import Clinician, Identity, key_id_of
from shared import cbor, cose, p256, prescription, session
from shared.codes import Command as Kind
from shared.codes import Role
from shared.messages import Command, CommandBox, pack_box, pack_command

PUMP_ID = bytes(range(16))
CLINIC_ID = b"clinic 1"
MASTER = bytes(range(100, 132))
NO_HASH = bytes(32)


class Person:
    """A clinician with a P-256 key. name: any text; the key is made of it."""

    def __init__(self, name: str, role: int):
        self.name = name
        self.role = role
        self._secret = _number(name) % (p256.N - 1) + 1
        x, y = _times(self._secret)
        self.public = x.to_bytes(32, "big") + y.to_bytes(32, "big")
        self.key_id = key_id_of(self.public)

    def sign(self, pump_id: bytes, command: bytes) -> bytes:
        """ES256, r and s; the same every time."""
        signed = cose.sig_structure(cbor.encode(["vigil-rx-v1", pump_id]), command)
        digest = hashlib.sha256(signed).digest()
        nonce = _number(self.name, digest) % (p256.N - 1) + 1
        r = _times(nonce)[0] % p256.N
        value = int.from_bytes(digest, "big") + r * self._secret
        s = pow(nonce, p256.N - 2, p256.N) * value % p256.N
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def listed(self) -> Clinician:
        return Clinician(self.key_id, self.public, self.role, self.name)


def _number(*parts):
    text = hashlib.sha256()
    for part in parts:
        text.update(part.encode() if type(part) is str else part)
    return int.from_bytes(text.digest(), "big")


def _times(scalar):
    total = (0, 1, 0)
    for bit in range(256):
        if total[2]:
            total = p256._double(total)
        if scalar >> 255 - bit & 1:
            total = p256._add(total, p256.G)
    inverse = pow(total[2], p256.P - 2, p256.P)
    square = inverse * inverse % p256.P
    return total[0] * square % p256.P, total[1] * square * inverse % p256.P


ANNE = Person("Anne", Role.PRESCRIBER)
BEN = Person("Ben", Role.CHECKER)
EVE = Person("Eve", Role.CHECKER)  # on no pump's list

# A prescription that the drug library passes: 0.1 mg/kg/h of ketamine for 70 kg.
TERMS = {
    "drug": "Ketamine",
    "conc_ng_ml": 1_000_000,
    "segments": [[0, 7_000_000]],
    "max_hour_nl": 7_500_000,
    "max_day_nl": 170_000_000,
    "max_bolus_nl": 0,
    "lockout_s": 0,
    "starts_after_s": 0,
    "library_version": 2,
    "vtbi_nl": 20_000_000,
    "dosing_weight_g": 70_000,
    "profile": "KET_HOME_TEST",
    "max_minutes": 1_440,
    "occlusion_pa": 40_000,
    "max_4h_nl": 30_000_000,
    "load_nl": 0,
    "load_rate_nl_h": 0,
    "bolus_rate_nl_h": 0,
    "max_boluses": 0,
    "clinician_bolus_nl": 0,
    "clinician_bolus_minutes": 0,
    "kvo_rate_nl_h": 0,
    "kvo_minutes": 0,
    "min_minutes": 60,
    "bag_nl": 250_000_000,
    "overrides": [],
    "patient_class": 1,
}


def identity() -> Identity:
    """The pump that this clinic talks to: Anne and Ben are on its list."""
    return Identity(PUMP_ID, CLINIC_ID, MASTER, 0, [ANNE.listed(), BEN.listed()], "Pump 1")


def encoded(changed: dict) -> bytes:
    """TERMS with changes, as on the wire; nothing is checked."""
    terms = dict(TERMS)
    terms.update(changed)
    return cbor.encode({prescription.number_of(name): terms[name] for name in terms})


class Clinic:
    """Seals for one pump. sequence: the last number used."""

    def __init__(self, pump_id: bytes = PUMP_ID, master: bytes = MASTER):
        self.pump_id = pump_id
        self.sequence = 0
        self._ids = 0
        self._master = master
        self._context = session.SendContext(
            master,
            0,
            session.clinic_sender_id(1),
            session.make_id_context(0, 1, b"8 bytes."),
            cose.ALG_CCM_128,
            session.DIRECTION_DOWN,
            pump_id,
            CLINIC_ID,
        )

    def new_id(self) -> bytes:
        self._ids += 1
        return self._ids.to_bytes(16, "big")

    def seal(self, plaintext: bytes, ahead: int = 1) -> bytes:
        """The next frame. ahead: how far its sequence is above the last."""
        self.sequence += ahead
        return self._context.seal(self.sequence, plaintext)

    def simple(self, kind: int, challenge: bytes, **changed) -> bytes:
        """The box of a read, a stop, or of a kind that nobody knows."""
        command = Command(
            kind,
            changed.get("cmd_id") or self.new_id(),
            changed.get("pump_id") or self.pump_id,
            challenge,
            None,
            None,
            changed.get("valid_s", 600),
            None,
        )
        return pack_box(CommandBox(pack_command(command), [], []))

    def prescribed(self, challenge: bytes, terms: bytes, **changed) -> bytes:
        """The box of a prescription. changed: version, replaces, valid_s, cmd_id, people (who sign), keys (whose key ids stand in the box)."""
        command = pack_command(
            Command(
                Kind.PRESCRIPTION,
                changed.get("cmd_id") or self.new_id(),
                self.pump_id,
                challenge,
                changed.get("version", 1),
                changed.get("replaces", NO_HASH),
                changed.get("valid_s", 600),
                terms,
            )
        )
        people = changed.get("people", (ANNE, BEN))
        signatures = [person.sign(self.pump_id, command) for person in people]
        keys = [person.key_id for person in changed.get("keys", people)]
        return pack_box(CommandBox(command, signatures, keys))
