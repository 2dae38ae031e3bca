"""What the gate knows of a prescription, under its seal (SR-074)."""

from firmware.safety.gate import Order
from firmware.tests.limit_battery import grant, permit, running
from shared.codes import STATE_COUNT, Reason, State

NUMBERS = (
    "vtbi_steps",
    "hour_steps",
    "four_hour_steps",
    "day_steps",
    "max_frames",
    "lockout_frames",
    "max_boluses",
    "basal_steps_minute",
)


def test_every_bit_of_every_field_of_an_order_is_under_its_seal():
    order, view = running()
    assert order.intact()
    for field in NUMBERS:
        kept = getattr(order, field)
        for bit in range(31):
            setattr(order, field, kept ^ 1 << bit)
            assert not order.intact(), (field, bit)
        assert permit(5, order, view) == (0, Reason.MEMORY)
        assert grant(order, view) == Reason.MEMORY
        setattr(order, field, kept)
    for table, bits in ((order.frame_steps, 15), (order.phase_steps, 31)):
        for state in range(STATE_COUNT):
            kept = table[state]
            for bit in range(bits):
                table[state] = kept ^ 1 << bit
                assert not order.intact(), (state, bit)
            table[state] = kept
    order.valid = False
    assert not order.intact()
    order.valid = True
    assert order.intact()


def test_two_fields_that_change_places_break_the_seal():
    order, _ = running()
    order.hour_steps, order.day_steps = 1_000, 2_000
    order.seal()
    order.hour_steps, order.day_steps = 2_000, 1_000
    assert not order.intact()


def test_an_order_that_was_filled_and_not_sealed_permits_nothing():
    order, view = Order(), running()[1]
    order.valid = True
    order.frame_steps[State.RUNNING] = 10
    assert permit(1, order, view) == (0, Reason.MEMORY)


def test_clear_takes_everything_away_and_seals():
    order, view = running()
    order.lockout_frames = 3_000
    order.clear()
    empty = Order()
    assert order.intact()
    assert order.valid is False
    assert list(order.frame_steps) == list(order.phase_steps) == [0] * STATE_COUNT
    for field in NUMBERS:
        assert getattr(order, field) == getattr(empty, field) == 0
    assert permit(1, order, view) == (0, Reason.NO_PRESCRIPTION)


def test_the_seal_turns_in_twenty_nine_bits():
    for valid, check in ((False, 2), (True, 1)):
        order = Order()
        order.valid = valid
        order.seal()
        for _ in range(2 * STATE_COUNT + len(NUMBERS)):
            check = check * 2 % (1 << 29) + check * 2 // (1 << 29)
        assert order._seal == check
    order.basal_steps_minute = -1
    order.valid = True
    order.seal()
    assert 0 <= order._seal < 1 << 29
