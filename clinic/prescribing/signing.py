"""Signatures of clinicians: ES256 over the exact bytes of a command (docs/PROTOCOL.md, 2.2). Only public keys come here."""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from shared import cbor, cose

CONTEXT = "vigil-rx-v1"
POINT_BYTES = 64
SIGNATURE_BYTES = 64
KEY_ID_BYTES = 8


def key_id(public_point: bytes) -> bytes:
    """The name of a key: 8 bytes of SHA-256 of its 64-byte public point."""
    return hashlib.sha256(public_point).digest()[:KEY_ID_BYTES]


def to_be_signed(pump_id: bytes, command: bytes) -> bytes:
    """The bytes that a signature covers: bound to the pump, the command detached."""
    return cose.sig_structure(cbor.encode([CONTEXT, pump_id]), command)


def load_point(public_point: bytes) -> ec.EllipticCurvePublicKey:
    """A key from x || y. ValueError unless it is a point of P-256."""
    if len(public_point) != POINT_BYTES:
        raise ValueError("a public point has 64 bytes")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + public_point)


def is_good(public_point: bytes, pump_id: bytes, command: bytes, signature: bytes) -> bool:
    """Whether a raw r || s signature fits. The pump checks again; this one tells the person at once."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    r = int.from_bytes(signature[:32], "big")
    s = int.from_bytes(signature[32:], "big")
    try:
        load_point(public_point).verify(
            encode_dss_signature(r, s), to_be_signed(pump_id, command), ec.ECDSA(hashes.SHA256())
        )
    except (InvalidSignature, ValueError):
        return False
    return True
