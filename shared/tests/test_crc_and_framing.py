"""Link frames: whole, cut, damaged, too long, between noise."""

from shared import framing
from shared.crc import crc8
from shared.framing import Decoder, encode
from shared.tests.checks import Noise, raises, same


def test_crc8_has_the_published_check_value():
    same(crc8(b"123456789"), 0xF4)  # CRC-8/SMBUS
    same(crc8(b""), 0)


def test_frame_has_the_documented_layout():
    frame = encode(3, b"abc")
    same(frame[:5], b"\xa5\x5a\x03\x00\x03")
    same(frame[5], crc8(b"\x03\x00\x03"))
    same(frame[6:9], b"abc")
    # From zlib of another Python, over kind, length and body.
    same(frame[9:].hex(), "ef86e433")


def test_frame_is_found_whatever_the_portions_are():
    frames = encode(1, b"") + encode(7, b"x" * 1_200) + encode(2, b"hello")
    wanted = [(1, b""), (7, b"x" * 1_200), (2, b"hello")]
    for portion in (1, 2, 5, 6, 7, 64, 1_209, 1_210, 1_211, 5_000):
        decoder = Decoder()
        got = []
        for start in range(0, len(frames), portion):
            got += decoder.feed(frames[start : start + portion])
        same(got, wanted)
        same((decoder.dropped_bytes, decoder.bad_crc), (0, 0))


def test_every_single_bit_error_is_noticed_and_the_next_frame_is_found():
    frame = encode(3, b"record")
    after = encode(4, b"next")
    for place in range(len(frame)):
        for bit in range(8):
            broken = bytearray(frame)
            broken[place] ^= 1 << bit
            decoder = Decoder()
            same(decoder.feed(bytes(broken) + after), [(4, b"next")])
            same(decoder.dropped_bytes, len(frame))


def test_damaged_body_counts_as_bad_crc_and_damaged_header_does_not():
    frame = bytearray(encode(3, b"record"))
    frame[8] ^= 1
    decoder = Decoder()
    same(decoder.feed(frame), [])
    same(decoder.bad_crc, 1)
    frame = bytearray(encode(3, b"record"))
    frame[3] ^= 0x10
    decoder = Decoder()
    same(decoder.feed(frame), [])
    same(decoder.bad_crc, 0)


def test_length_beyond_1200_is_refused_although_its_check_is_right():
    header = b"\x03" + (1_201).to_bytes(2, "big")
    decoder = Decoder()
    claimed = framing.SYNC + header + bytes((crc8(header),))
    same(decoder.feed(claimed + encode(1, b"ok")), [(1, b"ok")])
    same(decoder.dropped_bytes, 6)
    raises(ValueError, encode, 1, bytes(1_201))
    raises(ValueError, encode, 256, b"")


def test_frame_inside_a_broken_frame_is_found():
    inner = encode(2, b"inner")
    outer = bytearray(encode(3, b"..." + inner + b"..."))
    outer[-1] ^= 1
    decoder = Decoder()
    same(decoder.feed(outer), [(2, b"inner")])
    same(decoder.dropped_bytes, len(outer) - len(inner))


def test_sync_bytes_before_a_frame_do_not_hide_it():
    frame = encode(5, b"body")
    for noise in (b"\xa5", b"\xa5\xa5", b"\xa5\x5a", b"\xa5\x5a\xa5", b"\x5a" * 9):
        decoder = Decoder()
        same(decoder.feed(noise + frame), [(5, b"body")])
        same(decoder.dropped_bytes, len(noise))


def test_every_byte_is_either_in_a_frame_or_dropped_or_waiting():
    noise = Noise(7)
    decoder = Decoder()
    fed = framed = count = 0
    for _ in range(120):
        if noise.below(2):
            chunk = noise.bytes(noise.below(90))
        else:
            chunk = encode(noise.below(8), noise.bytes(noise.below(200)))
            count += 1
        fed += len(chunk)
        for _, body in decoder.feed(chunk):
            framed += len(body) + framing.HEADER + framing.TRAILER
    decoder.reset()
    same(framed + decoder.dropped_bytes, fed)
    assert framed > 0 and count > 30


def test_reset_forgets_half_a_frame():
    frame = encode(1, b"half")
    decoder = Decoder()
    same(decoder.feed(frame[:9]), [])
    decoder.reset()
    same(decoder.dropped_bytes, 9)
    same(decoder.feed(frame), [(1, b"half")])
