"""Freshness that the pump issues: a challenge ages on the pump's own clock and is used once."""

from firmware.link.challenge import Challenges
from firmware.tests.link_bench import Random


def test_a_challenge_is_renewed_after_five_minutes_and_not_before():
    challenges = Challenges(Random(), 0)
    first = challenges.current(0)
    assert challenges.current(299_999) == first
    assert challenges.current(300_000) != first


def test_a_challenge_is_good_for_600_s():
    challenges = Challenges(Random(), 1_000)
    first = challenges.current(1_000)
    assert challenges.age_ms(first, 1_000) == 0
    assert challenges.age_ms(first, 600_000) == 599_000
    assert challenges.age_ms(first, 601_000) == 600_000
    assert challenges.age_ms(first, 601_001) is None


def test_the_last_two_unused_ones_are_good():
    challenges = Challenges(Random(), 0)
    first = challenges.current(0)
    second = challenges.current(300_000)
    assert challenges.age_ms(first, 300_000) == 300_000
    third = challenges.current(600_000)
    assert challenges.age_ms(first, 600_000) is None
    assert challenges.age_ms(second, 600_000) == 300_000
    assert challenges.age_ms(third, 600_000) == 0


def test_a_used_one_is_good_for_nothing_and_the_other_stays():
    challenges = Challenges(Random(), 0)
    first = challenges.current(0)
    second = challenges.current(300_000)
    challenges.use(second, 300_001)
    assert challenges.age_ms(second, 300_001) is None
    assert challenges.age_ms(first, 300_001) is not None
    assert challenges.current(300_001) not in (first, second)
    challenges.use(first, 300_002)
    assert challenges.age_ms(first, 300_002) is None


def test_what_was_never_issued_is_unknown():
    challenges = Challenges(Random(), 0)
    assert challenges.age_ms(bytes(8), 0) is None
    assert challenges.age_ms(b"", 0) is None
    assert challenges.age_ms(challenges.current(0)[:7], 0) is None
