"""A second implementation of the sealed frame, which made shared/vectors/golden.json, once.

Written with cbor2 and cryptography and nothing of shared's own code, from docs/PROTOCOL.md alone, so
that the file is a second opinion. Keys and ids in it are patterns. For a new version of the protocol:

    python -m shared.tests.test_host_golden > shared/vectors/golden.json
"""

import hashlib
import json
import sys

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.tests.checks import vector

MASTER = bytes(range(0x40, 0x60))
PUMP_ID = bytes(range(0xA0, 0xB0))
CLINIC_ID = bytes(range(0xC0, 0xC8))
PRIVATE_KEYS = (0x1111_2222_3333_4444, (1 << 255) + 12_345)
# Two rate steps, a loading dose, KVO, and a reason for each soft limit that is passed.
PRESCRIPTION = {
    0: "Magnesium sulphate",
    1: 80_000_000,
    2: [[0, 3_500_000], [60, 5_250_000]],
    3: 32_000_000,
    4: 150_000_000,
    5: 0,
    6: 0,
    7: 0,
    8: 2,
    9: 140_000_000,
    10: 70_000,
    11: "MG",
    12: 1_440,
    13: 40_000,
    14: 44_000_000,
    15: 26_250_000,
    16: 52_500_000,
    17: 0,
    18: 0,
    19: 0,
    20: 0,
    21: 500_000,
    22: 240,
    23: 60,
    24: 141_000_000,
    25: [[14, 2], [24, 5]],
    26: 1,
}


def canonical(value) -> bytes:
    return cbor2.dumps(value, canonical=True)


def derive(ikm: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=info).derive(ikm)


def sealed(
    direction: int, epoch: int, sender: bytes, boot: int, salt: bytes, seq: int, body: bytes
):
    """One case: everything that goes in, the keys on the way, and the frame."""
    alg, tag_size = ((10, 8), (30, 16))[direction]
    id_context = epoch.to_bytes(4, "big") + boot.to_bytes(4, "big") + salt
    secret = derive(MASTER, b"vigil v1 epoch" + epoch.to_bytes(4, "big"), 32)
    key = derive(secret, canonical([sender, id_context, alg, "Key", 16]), 16)
    common_iv = derive(secret, canonical([b"", id_context, alg, "IV", 13]), 13)
    piece = bytes([len(sender)]) + sender.rjust(7, b"\0") + seq.to_bytes(5, "big")
    nonce = bytes(a ^ b for a, b in zip(piece, common_iv, strict=True))
    protected = canonical({1: alg})
    external = canonical([1, direction, PUMP_ID, CLINIC_ID, epoch, direction])
    aad = canonical(["Encrypt0", protected, external])
    ciphertext = AESCCM(key, tag_length=tag_size).encrypt(nonce, body, aad)
    partial_iv = seq.to_bytes(max(1, (seq.bit_length() + 7) // 8), "big")
    headers = {4: sender + bytes([epoch & 0xFF]), 6: partial_iv, 10: id_context}
    frame = canonical(cbor2.CBORTag(16, [protected, headers, ciphertext]))
    case = {
        "direction": direction,
        "epoch": epoch,
        "sender_id": sender,
        "boot": boot,
        "salt": salt,
        "seq": seq,
        "key": key,
        "common_iv": common_iv,
        "nonce": nonce,
        "aad": aad,
        "body": body,
        "frame": frame,
    }
    return {name: v.hex() if isinstance(v, bytes) else v for name, v in case.items()}


def signed(command: bytes) -> tuple:
    """The two signatures, the public points and the signed bytes of a command."""
    external = canonical(["vigil-rx-v1", PUMP_ID])
    to_be_signed = canonical(["Signature1", canonical({1: -7}), external, command])
    signatures, points = [], []
    for number in PRIVATE_KEYS:
        key = ec.derive_private_key(number, ec.SECP256R1())
        der = key.sign(to_be_signed, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        signatures.append(b"".join(part.to_bytes(32, "big") for part in decode_dss_signature(der)))
        public = key.public_key().public_numbers()
        points.append(public.x.to_bytes(32, "big") + public.y.to_bytes(32, "big"))
    return signatures, points, to_be_signed


def make() -> dict:
    terms = canonical(PRESCRIPTION)
    command = canonical(
        {
            0: 4,
            1: bytes(range(16)),
            2: PUMP_ID,
            3: b"challnge",
            4: 2,
            5: bytes(32),
            6: 600,
            7: PRESCRIPTION,
        }
    )
    stop = canonical({0: 2, 1: bytes(range(16, 32)), 2: PUMP_ID, 3: b"challnge", 6: 60})
    signatures, points, to_be_signed = signed(command)
    key_ids = [hashlib.sha256(point).digest()[:8] for point in points]
    telemetry = canonical(
        [1, 12, 3_600_000, None, 0, 3, b"rx-hash8", 1, 7_000_000, 6_999_000, 7_000_000, 161_000_000, 873,
         32, b"challnge", 41, bytes(range(16)), 7, -1_200, 0, 0]
    )  # fmt: skip
    event = canonical([2, 42, 12, 3_600_100, 3, [0, 40_100, -7]])
    receipt = canonical([4, bytes(range(16)), 4, 0, 4, hashlib.sha256(terms).digest()[:8]])
    salt = b"\x01\x02\x03\x04\x05\x06\x07\x08"
    lease = b"\x02\x00\x05"
    return {
        "master": MASTER.hex(),
        "pump_id": PUMP_ID.hex(),
        "clinic_id": CLINIC_ID.hex(),
        "prescription": terms.hex(),
        "prescription_sha256": hashlib.sha256(terms).hexdigest(),
        "command": command.hex(),
        "to_be_signed": to_be_signed.hex(),
        "public": [point.hex() for point in points],
        "signatures": [signature.hex() for signature in signatures],
        "key_ids": [key_id.hex() for key_id in key_ids],
        "frames": [
            sealed(0, 0, b"\x01", 12, salt, 0, telemetry),
            sealed(0, 0, b"\x01", 12, salt, 1_024, event),
            sealed(0, 0, b"\x01", 13, salt, 65_536, receipt),
            sealed(0, 258, b"\x01", 0xFFFF_FFFF, bytes(8), (1 << 40) - 1, b"\x80"),
            sealed(1, 0, lease, 1, salt, 1, canonical([3, stop, [], []])),
            sealed(1, 0, lease, 1, salt, 300, canonical([3, command, signatures, key_ids])),
            sealed(1, 1, b"\x02\xff\xff", 2, salt, 1 << 32, b""),
        ],
    }


def test_stored_vectors_are_what_the_second_implementation_makes_from_the_protocol():
    assert vector("golden.json") == make()


if __name__ == "__main__":
    json.dump(make(), sys.stdout, indent=1)
    print()
