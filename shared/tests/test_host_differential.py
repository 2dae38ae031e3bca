"""Shared's own encodings and ciphers against the libraries of CPython, on made-up input."""

import hashlib
import hmac

import cbor2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared import cbor, ccm, cose, framing, hkdf, messages, p256, prescription, session
from shared.errors import Forged, Malformed, Refused
from shared.tests import samples

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
INTEGERS = st.integers(-(1 << 64), (1 << 64) - 1)
LEAVES = INTEGERS | st.binary(max_size=60) | TEXT | st.booleans() | st.none()
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(INTEGERS, inner, max_size=6),
    max_leaves=20,
)
MANY = settings(max_examples=400, deadline=None)
SOME = settings(max_examples=100, deadline=None)


def depth(value) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


def in_order(value):
    """Maps in the order of RFC 8949, 4.2.1; cbor2's canonical mode has the older order by length."""
    if isinstance(value, dict):
        keys = sorted(value, key=cbor2.dumps)
        return {key: in_order(value[key]) for key in keys}
    if isinstance(value, list):
        return [in_order(each) for each in value]
    return value


@MANY
@given(VALUES)
def test_encoding_equals_cbor2(value):
    data = cbor.encode(value)
    assert data == cbor2.dumps(in_order(value))
    if depth(value) <= cbor.MAX_DEPTH:
        assert cbor.decode(data, 100_000) == value


def plain(value):
    """cbor2's result in our types."""
    if isinstance(value, cbor2.CBORTag):
        return cbor.Tag(value.tag, plain(value.value))
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value


SEEDS = (
    messages.pack_telemetry(samples.telemetry()),
    messages.pack_event(samples.event()),
    messages.pack_command(samples.prescribe()),
    messages.pack_box(samples.box()),
    cose.assemble(10, b"\x01\x00", bytes(16), 300, bytes(40)),
)


@st.composite
def broken_messages(draw):
    """A real message with some bytes changed, left out or put in."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(data) - 1))
        change = draw(st.sampled_from("xid"))
        if change == "x":
            data[place] = draw(st.integers(0, 255))
        elif change == "i":
            data.insert(place, draw(st.integers(0, 255)))
        elif len(data) > 1:
            del data[place]
    return bytes(data)


@MANY
@given(st.binary(max_size=80) | broken_messages())
@example(b"\xa1\x00")
def test_decoder_accepts_a_strict_subset_of_cbor2_with_the_same_values(data):
    try:
        value = cbor.decode(data)
    except Malformed as error:
        assert 0 <= error.offset <= max(len(data), cbor.MAX_LEN)
        return
    assert cbor.encode(value) == data
    assert value == plain(cbor2.loads(data))


@MANY
@given(broken_messages())
def test_parsers_raise_nothing_but_their_own_refusals(data):
    for parse in (
        messages.parse_up,
        messages.parse_box,
        messages.parse_command,
        messages.parse_record,
        cose.parse_encrypt0,
    ):
        try:
            parse(data)
        except Malformed:
            pass
    try:
        prescription.decode(data)
    except Refused:
        pass


@SOME
@given(
    st.binary(min_size=16, max_size=16) | st.binary(min_size=32, max_size=32),
    st.binary(min_size=7, max_size=13),
    st.binary(max_size=300),
    st.binary(max_size=400),
    st.sampled_from([4, 6, 8, 10, 12, 14, 16]),
    st.integers(0, 1 << 16),
)
def test_ccm_equals_cryptography(key, nonce, aad, text, tag_size, place):
    theirs = AESCCM(key, tag_length=tag_size)
    sealed = ccm.seal(key, nonce, aad, text, tag_size)
    assert sealed == theirs.encrypt(nonce, text, aad)
    assert ccm.open_(key, nonce, aad, sealed, tag_size) == text
    broken = bytearray(sealed)
    broken[place % len(broken)] ^= 1 << place % 8
    for open_it, refusal in (
        (lambda: ccm.open_(key, nonce, aad, bytes(broken), tag_size), Forged),
        (lambda: theirs.decrypt(nonce, bytes(broken), aad), InvalidTag),
    ):
        try:
            open_it()
        except refusal:
            continue
        raise AssertionError("a broken text was opened")


@SOME
@given(st.binary(max_size=150), st.binary(max_size=300))
def test_hmac_equals_the_standard_library(key, message):
    assert hkdf.hmac_sha256(key, message) == hmac.digest(key, message, "sha256")


@SOME
@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80), st.integers(1, 200))
def test_hkdf_equals_cryptography(salt, ikm, info, length):
    theirs = HKDF(hashes.SHA256(), length, salt=salt, info=info).derive(ikm)
    assert hkdf.hkdf_sha256(salt, ikm, info, length) == theirs


@SOME
@given(st.binary(max_size=40), st.binary(max_size=40))
def test_equal_is_equality(one, other):
    assert hkdf.equal(one, other) == (one == other)
    assert hkdf.equal(one, bytes(one))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, p256.N - 1), st.binary(max_size=50), st.integers(0, 511), st.booleans())
@example(1, b"", 0, True)
@example(p256.N - 1, b"", 0, False)
def test_p256_equals_cryptography(private, message, bit, in_signature):
    key = ec.derive_private_key(private, ec.SECP256R1())
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    numbers = key.public_key().public_numbers()
    public = numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    digest = hashlib.sha256(message).digest()
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert p256.verify(public, digest, signature) is True
    # ECDSA takes both s and n - s; nothing here names a thing by its signature.
    assert p256.verify(public, digest, r.to_bytes(32, "big") + (p256.N - s).to_bytes(32, "big"))
    broken = bytearray(signature if in_signature else public)
    broken[bit >> 3] ^= 1 << (bit & 7)
    if in_signature:
        assert p256.verify(public, digest, bytes(broken)) is False
    else:
        assert p256.verify(bytes(broken), digest, signature) is False


@SOME
@given(
    st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=60)), max_size=6),
    st.lists(st.integers(1, 40), min_size=1, max_size=20),
)
def test_frames_survive_any_portions(frames, portions):
    data = b"".join(framing.encode(kind, body) for kind, body in frames)
    decoder = framing.Decoder()
    got = []
    turn = 0
    while data:
        size = portions[turn % len(portions)]
        got += decoder.feed(data[:size])
        data = data[size:]
        turn += 1
    assert got == frames
    assert decoder.dropped_bytes == 0


@SOME
@given(st.binary(max_size=3_000), st.integers(1, 500))
def test_noise_never_hides_the_frames_after_it_for_longer_than_one_frame(noise, portion):
    decoder = framing.Decoder()
    # What looks like a header can claim 1,200 bytes; a frame that comes later is always found.
    data = noise + bytes(framing.MAX_FRAME) + framing.encode(3, b"found")
    got = []
    for start in range(0, len(data), portion):
        got += decoder.feed(data[start : start + portion])
    assert got[-1] == (3, b"found")


def test_opener_and_sender_agree_on_random_frames():
    dice = hashlib.sha256(b"seed").digest()
    opened = {}
    for boot in range(6):
        dice = hashlib.sha256(dice).digest()
        context = session.make_id_context(0, boot, dice[:8])
        sender = session.SendContext(
            samples.MASTER, 0, b"\x01", context, 10, 0, samples.PUMP_ID, samples.CLINIC_ID
        )
        for seq in range(boot, 400, 37):
            opened[sender.seal(seq, dice * (seq % 9))] = (context, seq, dice * (seq % 9))
    reader = session.Opener(samples.MASTER, 10, 0, samples.PUMP_ID, samples.CLINIC_ID)
    for frame, (context, seq, body) in sorted(opened.items()):
        assert reader.open(frame) == (b"\x01", context, 0, seq, body)
    assert len(opened) == sum(len(range(boot, 400, 37)) for boot in range(6))
