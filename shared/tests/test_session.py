"""Key schedule, sealing and opening: what is bound to what."""

from shared import cbor, cose
from shared.codes import Reason
from shared.errors import Forged, Malformed, Refused
from shared.hkdf import hkdf_sha256
from shared.replay import StrictCounter
from shared.session import (
    CACHE_SIZE,
    Opener,
    SendContext,
    clinic_sender_id,
    epoch_key,
    make_id_context,
)
from shared.tests.checks import raises, same
from shared.tests.samples import CLINIC_ID, MASTER, PUMP_ID, SALT

UP = 0
DOWN = 1


def sender(epoch=0, boot=1, salt=SALT, master=MASTER, pump_id=PUMP_ID, clinic_id=CLINIC_ID):
    context = make_id_context(epoch, boot, salt)
    return SendContext(master, epoch, b"\x01", context, 10, UP, pump_id, clinic_id)


def clinic(lease=5, generation=1):
    context = make_id_context(0, generation, SALT)
    return SendContext(MASTER, 0, clinic_sender_id(lease), context, 30, DOWN, PUMP_ID, CLINIC_ID)


def opener(epochs=(0,)):
    return Opener(MASTER, 10, UP, PUMP_ID, CLINIC_ID, epochs)


def test_upward_frame_opens_with_all_it_says():
    frame = sender(boot=9).seal(300, b"body")
    same(opener().open(frame), (b"\x01", make_id_context(0, 9, SALT), 0, 300, b"body"))


def test_downward_frame_opens_at_the_pump_only():
    frame = clinic().seal(1, b"command")
    pump = Opener(MASTER, 30, DOWN, PUMP_ID, CLINIC_ID)
    same(pump.open(frame)[0], b"\x02\x00\x05")
    same(pump.open(frame)[4], b"command")
    raises(Forged, opener().open, frame)


def test_reflected_frame_is_forged():
    pump = Opener(MASTER, 30, DOWN, PUMP_ID, CLINIC_ID)
    raises(Forged, pump.open, sender().seal(1, b"telemetry"))


def test_key_schedule_is_the_documented_one():
    secret = epoch_key(MASTER, 0)
    same(secret, hkdf_sha256(b"", MASTER, b"vigil v1 epoch\x00\x00\x00\x00", 32))
    context = make_id_context(0, 1, SALT)
    key = hkdf_sha256(b"", secret, cbor.encode([b"\x01", context, 10, "Key", 16]), 16)
    common_iv = hkdf_sha256(b"", secret, cbor.encode([b"", context, 10, "IV", 13]), 13)
    aad = cbor.encode([1, 0, PUMP_ID, CLINIC_ID, 0, 0])
    nonce = cose.make_nonce(common_iv, b"\x01", 77)
    wanted = cose.encrypt0(10, key, b"\x01\x00", context, 77, nonce, aad, b"body")
    same(sender().seal(77, b"body"), wanted)


def test_another_pump_clinic_or_master_is_forged():
    for other in (
        sender(master=bytes(32)),
        sender(pump_id=bytes(16)),
        sender(clinic_id=bytes(8)),
    ):
        raises(Forged, opener().open, other.seal(1, b"body"))


def test_every_changed_bit_of_a_frame_is_turned_away():
    frame = sender().seal(258, b"body")
    reader = opener()
    reader.open(frame)
    for bit in range(8 * len(frame)):
        broken = bytearray(frame)
        broken[bit >> 3] ^= 1 << (bit & 7)
        raises((Malformed, Forged), reader.open, bytes(broken))
    same(reader.open(frame)[4], b"body")


def test_only_given_epochs_open_and_the_kid_must_agree():
    frame = sender(epoch=257).seal(1, b"body")
    raises(Forged, opener().open, frame)
    raises(Forged, opener((1,)).open, frame)
    same(opener((256, 257)).open(frame)[2], 257)
    parsed = cose.parse_encrypt0(frame)
    relabelled = cose.assemble(10, b"\x01\x02", parsed.id_context, 1, parsed.ciphertext)
    raises(Forged, opener((257,)).open, relabelled)


def test_sequence_must_rise_so_that_no_nonce_comes_twice():
    context = sender()
    context.seal(0, b"a")
    raises(ValueError, context.seal, 0, b"b")
    context.seal(5, b"c")
    raises(ValueError, context.seal, 4, b"d")
    raises(ValueError, context.seal, 1 << 40, b"e")
    context.seal((1 << 40) - 1, b"f")


def test_new_salt_or_boot_makes_other_keys():
    frames = [
        sender().seal(1, b"body"),
        sender(boot=2).seal(1, b"body"),
        sender(salt=b"another ").seal(1, b"body"),
        sender(epoch=1).seal(1, b"body"),
    ]
    texts = [cose.parse_encrypt0(frame).ciphertext for frame in frames]
    for index in range(len(texts)):
        assert texts[index] not in texts[:index]


def test_check_of_the_sequence_comes_before_key_work_and_its_reason_is_told():
    counter = StrictCounter(10)
    pump = Opener(MASTER, 30, DOWN, PUMP_ID, CLINIC_ID)
    frames = clinic()
    old = frames.seal(10, b"old")
    good = frames.seal(11, b"new")
    far = frames.seal(11 + 65_536, b"far")
    same(raises(Refused, pump.open, old, counter.check).reason, Reason.REPLAYED)
    same(raises(Refused, pump.open, far, counter.check).reason, Reason.SEQUENCE_JUMP)
    same(pump.open(good, counter.check)[4], b"new")
    same(counter.last, 10)


def test_forged_flood_does_not_push_out_the_contexts_in_use():
    reader = opener()
    frame = sender().seal(1, b"body")
    reader.open(frame)
    kept = list(reader._contexts)
    for boot in range(2, 30):
        forged = sender(boot=boot, master=bytes(32)).seal(1, b"flood")
        raises(Forged, reader.open, forged)
    same(len(reader._contexts), 1)
    assert reader._contexts[0] is kept[0]


def test_cache_of_contexts_is_bounded_and_all_still_open():
    reader = opener()
    frames = [sender(boot=boot).seal(1, b"body") for boot in range(10)]
    for _ in range(2):
        for frame in frames:
            same(reader.open(frame)[4], b"body")
            assert len(reader._contexts) <= CACHE_SIZE


def test_wrong_sizes_are_errors_before_any_key_is_made():
    good = make_id_context(0, 1, SALT)
    raises(ValueError, epoch_key, bytes(31), 0)
    raises(ValueError, make_id_context, 0, 1, bytes(7))
    for epoch, sender_id, context, direction, pump_id, clinic_id in (
        (1, b"\x01", good, UP, PUMP_ID, CLINIC_ID),
        (0, b"\x02", good, UP, PUMP_ID, CLINIC_ID),
        (0, b"\x01\x00", good, UP, PUMP_ID, CLINIC_ID),
        (0, b"\x01", good, DOWN, PUMP_ID, CLINIC_ID),
        (0, b"\x01", good, 2, PUMP_ID, CLINIC_ID),
        (0, b"\x01", good[:15], UP, PUMP_ID, CLINIC_ID),
        (0, b"\x01", good, UP, PUMP_ID[:15], CLINIC_ID),
        (0, b"\x01", good, UP, PUMP_ID, CLINIC_ID + b"x"),
    ):
        raises(
            ValueError,
            SendContext,
            MASTER,
            epoch,
            sender_id,
            context,
            10,
            direction,
            pump_id,
            clinic_id,
        )


def test_body_that_does_not_fit_the_link_is_refused_when_sealed():
    context = sender()
    size = 1_180 - 43
    same(len(context.seal(1, bytes(size))), 1_180)
    raises(ValueError, context.seal, 2, bytes(size + 1))
