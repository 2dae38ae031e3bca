"""ES256 verification: a published signature, the edges of the curve, and every refusal."""

from hashlib import sha256

from shared import p256
from shared.tests.checks import same, unbase64url, unhex, vector


def published():
    case = vector("cose/ecdsa-examples-ecdsa-sig-01.json")
    key = case["input"]["sign0"]["key"]
    public = unbase64url(key["x"]) + unbase64url(key["y"])
    digest = sha256(unhex(case["intermediates"]["ToBeSign_hex"])).digest()
    return public, digest, unhex(case["output"]["cbor"])[-64:]


def number(value: int) -> bytes:
    return value.to_bytes(32, "big")


def test_published_signature_is_good():
    same(p256.verify(*published()), True)


def test_one_changed_bit_anywhere_makes_it_bad():
    public, digest, signature = published()
    for place in (0, 31, 32, 63):
        for values in (public, signature):
            broken = bytearray(values)
            broken[place] ^= 1
            if values is public:
                same(p256.verify(bytes(broken), digest, signature), False)
            else:
                same(p256.verify(public, digest, bytes(broken)), False)
    for place in (0, 31):
        broken = bytearray(digest)
        broken[place] ^= 0x80
        same(p256.verify(public, bytes(broken), signature), False)


def test_numbers_outside_their_range_are_refused():
    public, digest, signature = published()
    r, s = signature[:32], signature[32:]
    for bad in (bytes(32), number(p256.N), number(p256.N + 1), b"\xff" * 32):
        same(p256.verify(public, digest, bad + s), False)
        same(p256.verify(public, digest, r + bad), False)


def test_points_off_the_curve_are_refused():
    public, digest, signature = published()
    x = int.from_bytes(public[:32], "big")
    for bad in (
        bytes(64),
        public[:32] + bytes(32),
        bytes(32) + public[32:],
        public[32:] + public[:32],
        number(x ^ 1) + public[32:],
        number(p256.P) + public[32:],
        b"\xff" * 64,
    ):
        same(p256.verify(bad, digest, signature), False)


def test_wrong_sizes_are_refused():
    public, digest, signature = published()
    for parts in (
        (public[:63], digest, signature),
        (b"\x04" + public, digest, signature),
        (public, digest[:31], signature),
        (public, digest + b"\x00", signature),
        (public, digest, signature[:63]),
        (public, digest, b""),
    ):
        same(p256.verify(*parts), False)


def signed_with(private: int, point: tuple, digest: bytes, nonce_point: tuple, nonce: int):
    r = nonce_point[0] % p256.N
    s = pow(nonce, p256.N - 2, p256.N) * (int.from_bytes(digest, "big") + r * private) % p256.N
    return number(point[0]) + number(point[1]), digest, number(r) + number(s)


def test_key_that_is_the_base_point_itself_verifies():
    # The table's sum is then a doubling. Private key 1, nonce 1.
    digest = sha256(b"message").digest()
    public, digest, signature = signed_with(1, p256.G, digest, p256.G, 1)
    same(p256.verify(public, digest, signature), True)
    same(p256.verify(public, sha256(b"other").digest(), signature), False)


def test_key_that_is_the_base_point_negated_verifies():
    # The table's sum is then the point at infinity. Private key n - 1, nonce 1.
    opposite = (p256.G[0], p256.P - p256.G[1])
    digest = sha256(b"message").digest()
    public, digest, signature = signed_with(p256.N - 1, opposite, digest, p256.G, 1)
    same(p256.verify(public, digest, signature), True)
    same(p256.verify(public, sha256(b"other").digest(), signature), False)


def test_zero_digest_and_sum_at_infinity_do_not_fool_it():
    public, _, signature = published()
    same(p256.verify(public, bytes(32), signature), False)
    # Private key 1 and digest = -r: both scalars cancel, the sum is the point at infinity.
    r = p256.G[0] % p256.N
    cancelling = number(p256.N - r)
    base = number(p256.G[0]) + number(p256.G[1])
    same(p256.verify(base, cancelling, number(r) + number(5)), False)


def test_point_off_the_curve_is_refused_where_the_sum_alone_would_be_right():
    # Digest zero and r = s leave the key itself as the sum, so that r = x would verify.
    for x, y in ((5, 7), (p256.G[0], p256.G[1] ^ 1), (9, 0)):
        r = number(x % p256.N)
        same(p256.verify(number(x) + number(y), bytes(32), r + r), False)
    r = number(p256.G[0])
    same(p256.verify(number(p256.G[0]) + number(p256.G[1]), bytes(32), r + r), True)


def point_from(x: int) -> tuple:
    """The first point of the curve whose x is not below the given one."""
    while True:
        square = (x * x * x - 3 * x + p256.B) % p256.P
        y = pow(square, (p256.P + 1) // 4, p256.P)
        if y * y % p256.P == square:
            return x, y
        x += 1


def test_sum_with_x_beyond_n_fits_the_reduced_r_and_not_the_whole_one():
    x, y = point_from(p256.N + 1)
    assert x < p256.P
    public = number(x) + number(y)
    reduced = number(x - p256.N)
    same(p256.verify(public, bytes(32), reduced + reduced), True)
    same(p256.verify(public, bytes(32), number(x) + reduced), False)
    # The same s with n added, which still has 32 bytes.
    same(p256.verify(public, bytes(32), reduced + number(x)), False)


def test_r_plus_n_is_not_reduced_by_the_prime():
    base = number(p256.G[0]) + number(p256.G[1])
    wrapped = number(p256.G[0] + p256.P - p256.N)
    same(p256.verify(base, bytes(32), wrapped + wrapped), False)


def test_coordinate_with_the_prime_added_is_refused():
    # Digest zero and s = r / 2 leave twice the key as the sum.
    x, y = point_from(5)
    steps = p256._affine_sum((x, y), (x, y))
    while True:
        try:
            next(steps)
        except StopIteration as done:
            r = done.value[0] % p256.N
            break
    s = r * pow(2, p256.N - 2, p256.N) % p256.N
    signature = number(r) + number(s)
    same(p256.verify(number(x) + number(y), bytes(32), signature), True)
    same(p256.verify(number(x + p256.P) + number(y), bytes(32), signature), False)


def test_steps_are_many_and_small_and_end_with_the_answer():
    steps = p256.verify_steps(*published())
    count = 0
    while True:
        try:
            same(next(steps), None)
        except StopIteration as done:
            same(done.value, True)
            break
        count += 1
    # 255 doublings, about 192 additions, two inversions in portions
    assert 400 < count < 600
