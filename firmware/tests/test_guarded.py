"""An integer kept twice (SR-074)."""

from firmware.safety.guarded import Guarded
from firmware.tests.small_heap import locked

EDGES = (0, 1, -1, 2, 741, 280_740_000, (1 << 30) - 1, -(1 << 30))


def test_a_guarded_number_starts_at_zero_or_as_told():
    assert Guarded().value == 0 and Guarded().ok()
    for value in EDGES:
        assert Guarded(value).value == value and Guarded(value).ok()


def test_it_counts_and_takes_new_values():
    number = Guarded(5)
    number.add(7)
    number.add(-2)
    assert number.value == 10 and number.ok()
    for value in EDGES:
        number.set(value)
        assert number.value == value and number.ok()
    number.set(-741)
    number.add(741)
    assert number.value == 0 and number.ok()


def test_every_bit_that_falls_over_in_either_copy_is_seen():
    for value in EDGES:
        for bit in range(31):
            number = Guarded(value)
            number.value ^= 1 << bit
            assert not number.ok(), (value, bit)
            number = Guarded(value)
            number._inverse ^= 1 << bit
            assert not number.ok(), (value, bit)


def test_a_difference_never_heals_by_counting_on():
    number = Guarded(100)
    number.value += 1
    for amount in (1, -1, 741, -841):
        number.add(amount)
        assert not number.ok()
    number = Guarded(100)
    number.set(100)
    assert number.ok()


def test_what_only_looks_like_an_integer_is_not_one():
    for value in (True, False):
        assert not Guarded(value).ok()
    number = Guarded(3)
    number.value = 3.0  # pyright: ignore[reportAttributeAccessIssue]
    assert not number.ok()


def test_counting_allocates_nothing_up_to_a_litre():
    number = Guarded(280_000_000)

    def count():
        for _ in range(900):
            number.add(741)
            number.set(number.value)
            number.ok()

    locked(count)
    assert number.value == 280_666_900 and number.ok()
