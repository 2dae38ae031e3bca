"""ECDSA over P-256 with SHA-256 (ES256): verification only, in steps.

Works on public data alone, so that its timing gives nothing away. It never sees a private key.
Jacobian coordinates (formulas dbl-2001-b and madd of the Explicit-Formulas Database), both scalars
in one pass (Shamir's trick). Import it when a signature is to be checked, not before.
"""

# NIST SP 800-186, 3.2.1.3
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_SIZE = 32
_BITS = 256
# Rounds of Euclid's algorithm that cost about one point operation.
_ROUNDS_PER_YIELD = 8
_INFINITY = (0, 1, 0)


def verify(public: bytes, digest: bytes, signature: bytes) -> bool:
    """All of `verify_steps` at once. Not for the pump's loop."""
    steps = verify_steps(public, digest, signature)
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def verify_steps(public: bytes, digest: bytes, signature: bytes):
    """A generator that yields after each point operation (8 to 11 multiplications).

    public: 64 bytes, x and y. digest: SHA-256 of what was signed. signature: 64 bytes, r and s.
    Its return value is True or False; anything of a wrong size is False.
    """
    if len(public) != 2 * _SIZE or len(digest) != _SIZE or len(signature) != 2 * _SIZE:
        return False
    r = _number(signature[:_SIZE])
    s = _number(signature[_SIZE:])
    point = (_number(public[:_SIZE]), _number(public[_SIZE:]))
    if not 0 < r < N or not 0 < s < N or not _on_curve(point):
        return False
    yield
    inverse = yield from _inverse(s, N)
    of_base = (_number(digest) * inverse % N).to_bytes(_SIZE, "big")
    of_point = (r * inverse % N).to_bytes(_SIZE, "big")
    both = yield from _affine_sum(G, point)
    addends = (None, G, point, both)
    total = _INFINITY
    for bit in range(_BITS):
        place = bit >> 3
        shift = 7 - (bit & 7)
        if total[2]:
            total = _double(total)
            yield
        addend = addends[of_base[place] >> shift & 1 | (of_point[place] >> shift & 1) << 1]
        if addend is not None:
            total = _add(total, addend)
            yield
    x, _, z = total
    if z == 0:
        return False
    square = z * z % P
    # The x of the sum is r modulo N: compare without dividing, for both numbers that it can be.
    return x == r * square % P or (r + N < P and x == (r + N) * square % P)


def _number(data) -> int:
    return int.from_bytes(bytes(data), "big")


def _on_curve(point: tuple) -> bool:
    x, y = point
    return x < P and y < P and (y * y - (x * x - 3) * x - B) % P == 0


def _inverse(value: int, modulus: int):
    """Generator; returns 1/value modulo a prime, by Euclid's extended algorithm."""
    high, low = modulus, value
    before, factor = 0, 1
    rounds = 0
    while low:
        quotient = high // low
        high, low = low, high - quotient * low
        before, factor = factor, before - quotient * factor
        rounds += 1
        if rounds % _ROUNDS_PER_YIELD == 0:
            yield
    return before % modulus


def _affine_sum(one: tuple, other: tuple):
    """Generator; returns the sum of two affine points, or None for the point at infinity."""
    x1, y1 = one
    x2, y2 = other
    if x1 != x2:
        rise, run = y2 - y1, x2 - x1
    elif y1 == y2:
        rise, run = 3 * (x1 * x1 - 1), 2 * y1
    else:
        return None
    inverse = yield from _inverse(run % P, P)
    slope = rise * inverse % P
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def _double(point: tuple) -> tuple:
    x, y, z = point
    delta = z * z % P
    gamma = y * y % P
    beta = x * gamma % P
    alpha = 3 * (x - delta) * (x + delta) % P
    new_x = (alpha * alpha - 8 * beta) % P
    new_z = 2 * y * z % P
    return new_x, (alpha * (4 * beta - new_x) - 8 * gamma * gamma) % P, new_z


def _add(point: tuple, affine: tuple) -> tuple:
    x, y, z = point
    if z == 0:
        return affine[0], affine[1], 1
    square = z * z % P
    across = (affine[0] * square - x) % P
    up = (affine[1] * z * square - y) % P
    if across == 0:
        return _INFINITY if up else _double(point)
    across2 = across * across % P
    across3 = across * across2 % P
    base = x * across2 % P
    new_x = (up * up - across3 - 2 * base) % P
    return new_x, (up * (base - new_x) - y * across3) % P, z * across % P
