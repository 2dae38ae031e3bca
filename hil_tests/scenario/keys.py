"""Keys of the bench, made from a scenario's seed: for tests only, anybody can make them again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from shared import cbor, cose

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SIGNED_AS = "vigil-rx-v1"  # docs/PROTOCOL.md 2.2


def seeded(seed: int, what: str, size: int) -> bytes:
    """`size` bytes, 64 at most, that depend on the seed and on nothing else."""
    return hashlib.sha512(f"vigil bench {seed} {what}".encode()).digest()[:size]


@dataclass(frozen=True, slots=True)
class Signer:
    """A clinician of the bench with a P-256 key."""

    person: str
    private_key: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> bytes:
        """x and y, 64 bytes."""
        numbers = self.private_key.public_key().public_numbers()
        return numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.public).digest()[:8]

    def sign(self, pump_id: bytes, command: bytes) -> bytes:
        """ES256 as raw r and s, 64 bytes; the same every time (RFC 6979)."""
        external_aad = cbor.encode((_SIGNED_AS, pump_id))
        payload = cose.sig_structure(external_aad, command)
        how = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        r, s = decode_dss_signature(self.private_key.sign(payload, how))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@dataclass(frozen=True, slots=True)
class BenchKeys:
    """Everything a pump of the bench is provisioned with, and the private halves."""

    pump_id: bytes
    clinic_id: bytes
    master: bytes
    prescriber: Signer
    checker: Signer


def make_keys(seed: int) -> BenchKeys:
    return BenchKeys(
        pump_id=seeded(seed, "pump id", 16),
        clinic_id=seeded(seed, "clinic id", 8),
        master=seeded(seed, "master", 32),
        prescriber=_signer(seed, "prescriber"),
        checker=_signer(seed, "checker"),
    )


def _signer(seed: int, person: str) -> Signer:
    secret = int.from_bytes(seeded(seed, person, 40), "big") % (_ORDER - 1) + 1
    return Signer(f"bench {person}", ec.derive_private_key(secret, ec.SECP256R1()))
