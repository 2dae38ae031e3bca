"""COSE_Encrypt0 as docs/PROTOCOL.md section 2 cuts it down, and the bytes that clinicians sign.

One header layout, two algorithms. A frame with anything else in it is `Malformed`: another
algorithm, another header, an odd kid, a sequence with leading zeros.
"""

from collections import namedtuple

from shared import cbor, ccm
from shared.errors import Malformed
from shared.link_messages import MAX_SEALED

ALG_CCM_64 = 10  # AES-CCM-16-64-128: 13 byte nonce, 8 byte tag; pump to clinic
ALG_CCM_128 = 30  # AES-CCM-16-128-128: 16 byte tag; clinic to pump
TAG_SIZES = {ALG_CCM_64: 8, ALG_CCM_128: 16}
ALG_ES256 = -7

HEADER_ALG = 1
HEADER_KID = 4
HEADER_PARTIAL_IV = 6
HEADER_ID_CONTEXT = 10
_UNPROTECTED_KEYS = (HEADER_KID, HEADER_PARTIAL_IV, HEADER_ID_CONTEXT)

KID_SIZES = (2, 4)  # sender id of the pump or of a clinic's lease, and the epoch's low byte
ID_CONTEXT_SIZE = 16
NONCE_SIZE = 13
MAX_SEQ = (1 << 40) - 1

Encrypt0 = namedtuple("Encrypt0", ("alg", "kid", "id_context", "seq", "ciphertext", "protected"))


def protected_header(alg: int) -> bytes:
    if alg not in TAG_SIZES:
        raise ValueError("alg")
    return cbor.encode({HEADER_ALG: alg})


def enc_structure(protected: bytes, external_aad: bytes) -> bytes:
    """What the tag covers besides the text (RFC 9052, 5.3)."""
    return cbor.encode(("Encrypt0", protected, external_aad))


def sig_structure(external_aad: bytes, payload: bytes) -> bytes:
    """What an ES256 signature covers; the payload is detached (RFC 9052, 4.4)."""
    return cbor.encode(("Signature1", cbor.encode({HEADER_ALG: ALG_ES256}), external_aad, payload))


def make_nonce(common_iv: bytes, sender_id: bytes, seq: int) -> bytes:
    """RFC 8613, 5.2: length of id, id padded to 7, sequence in 5, XOR common IV."""
    if len(common_iv) != NONCE_SIZE or len(sender_id) > 7 or not 0 <= seq <= MAX_SEQ:
        raise ValueError("nonce")
    nonce = bytearray(NONCE_SIZE)
    nonce[0] = len(sender_id)
    nonce[8 - len(sender_id) : 8] = sender_id
    nonce[8:] = seq.to_bytes(5, "big")
    for index in range(NONCE_SIZE):
        nonce[index] ^= common_iv[index]
    return bytes(nonce)


def assemble(alg: int, kid: bytes, id_context: bytes, seq: int, ciphertext: bytes) -> bytes:
    """The frame around a ciphertext. ValueError for what `parse_encrypt0` would refuse."""
    if len(kid) not in KID_SIZES or len(id_context) != ID_CONTEXT_SIZE or not 0 <= seq <= MAX_SEQ:
        raise ValueError("header")
    headers = {
        HEADER_KID: kid,
        HEADER_PARTIAL_IV: _partial_iv(seq),
        HEADER_ID_CONTEXT: id_context,
    }
    content = (protected_header(alg), headers, ciphertext)
    frame = cbor.encode(cbor.Tag(cbor.TAG_ENCRYPT0, content))
    if len(frame) > MAX_SEALED:
        raise ValueError("too long for the link")
    return frame


def encrypt0(
    alg: int,
    key: bytes,
    kid: bytes,
    id_context: bytes,
    seq: int,
    nonce: bytes,
    external_aad: bytes,
    plaintext: bytes,
) -> bytes:
    """Seal `plaintext` into a frame. The caller sees to it that no nonce comes twice."""
    aad = enc_structure(protected_header(alg), external_aad)
    ciphertext = ccm.seal(key, nonce, aad, plaintext, TAG_SIZES[alg])
    return assemble(alg, kid, id_context, seq, ciphertext)


def parse_encrypt0(frame: bytes) -> Encrypt0:
    """Take a frame apart. Nothing of it is authentic before `open_encrypt0`."""
    tagged = cbor.decode(frame, MAX_SEALED)
    if type(tagged) is not cbor.Tag or tagged.number != cbor.TAG_ENCRYPT0:
        raise Malformed(Malformed.SHAPE)
    content = tagged.value
    if type(content) is not list or len(content) != 3:
        raise Malformed(Malformed.SHAPE)
    protected, headers, ciphertext = content
    if type(protected) is not bytes or type(headers) is not dict or type(ciphertext) is not bytes:
        raise Malformed(Malformed.TYPE)
    alg = _algorithm(protected)
    if len(headers) != len(_UNPROTECTED_KEYS):
        raise Malformed(Malformed.HEADER)
    for key in _UNPROTECTED_KEYS:
        if type(headers.get(key)) is not bytes:
            raise Malformed(Malformed.HEADER, key)
    if len(headers[HEADER_KID]) not in KID_SIZES:
        raise Malformed(Malformed.HEADER, HEADER_KID)
    if len(headers[HEADER_ID_CONTEXT]) != ID_CONTEXT_SIZE:
        raise Malformed(Malformed.HEADER, HEADER_ID_CONTEXT)
    if len(ciphertext) < TAG_SIZES[alg]:
        raise Malformed(Malformed.TRUNCATED)
    seq = _sequence(headers[HEADER_PARTIAL_IV])
    return Encrypt0(
        alg, headers[HEADER_KID], headers[HEADER_ID_CONTEXT], seq, ciphertext, protected
    )


def open_encrypt0(parsed: Encrypt0, key: bytes, nonce: bytes, external_aad: bytes) -> bytes:
    """The plaintext, or `Forged`."""
    aad = enc_structure(parsed.protected, external_aad)
    return ccm.open_(key, nonce, aad, parsed.ciphertext, TAG_SIZES[parsed.alg])


def _algorithm(protected: bytes) -> int:
    header = cbor.decode(protected, 16)
    if type(header) is not dict or len(header) != 1:
        raise Malformed(Malformed.HEADER, HEADER_ALG)
    alg = header.get(HEADER_ALG)
    if type(alg) is not int or alg not in TAG_SIZES:
        raise Malformed(Malformed.HEADER, HEADER_ALG)
    return alg


def _partial_iv(seq: int) -> bytes:
    size = 1
    while seq >> 8 * size:
        size += 1
    return seq.to_bytes(size, "big")


def _sequence(partial_iv: bytes) -> int:
    if not 1 <= len(partial_iv) <= 5 or (len(partial_iv) > 1 and partial_iv[0] == 0):
        raise Malformed(Malformed.HEADER, HEADER_PARTIAL_IV)
    return int.from_bytes(partial_iv, "big")
