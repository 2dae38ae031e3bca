"""From a prescription to steps: what the therapy runs and what the gate holds it to."""

from firmware.safety import limits
from firmware.safety.gate import Order
from firmware.tests.small_heap import locked
from firmware.tests.therapy_bench import UNIT, fields, full_fields, loaded
from firmware.therapy import prescription
from firmware.therapy.programme import Programme, steps_a_minute
from shared.codes import State

ALL_STATES = range(12)


def ramp(**changed):
    return fields(
        segments=[[0, 1_000_000], [10, 2_000_000], [11, 5_000_000], [60, 3_000_000]],
        max_hour_nl=10_000_000,
        max_4h_nl=40_000_000,
        max_day_nl=100_000_000,
        vtbi_nl=100_000_000,
        **changed,
    )


def test_limits_round_down_to_whole_steps():
    for volume_nl, steps in ((0, 0), (3, 0), (4, 1), (7_499, 1_999), (7_500, 2_000)):
        assert prescription.steps_of(volume_nl, 3_750) == steps


def test_a_volume_of_steps_is_told_to_the_nearest_nanolitre():
    for steps, volume_nl in ((0, 0), (1, 4), (2, 8), (3, 11), (2_000, 7_500)):
        assert prescription.volume_nl_of(steps, 3_750) == volume_nl
    assert prescription.volume_nl_of(3, 3_833) == 11  # 11.499


def test_each_segment_holds_from_its_minute_of_delivery_to_the_next():
    programme, _ = loaded(ramp())
    assert programme.segment_count == 4
    for frames, segment, rate_nl_h in (
        (0, 0, 1_000_000),
        (5_999, 0, 1_000_000),
        (6_000, 1, 2_000_000),
        (6_599, 1, 2_000_000),
        (6_600, 2, 5_000_000),
        (35_999, 2, 5_000_000),
        (36_000, 3, 3_000_000),
        (6_000_000, 3, 3_000_000),
    ):
        assert programme.segment_at(frames) == segment, frames
        assert programme.rate_nl_h(State.RUNNING, frames) == rate_nl_h, frames
        assert programme.floor_steps(State.RUNNING, frames) == rate_nl_h // UNIT, frames


def test_every_count_of_segments_finds_each_of_them():
    for count in (1, 2, 3, 7, 47, 48):
        segments = [[2 * index, 1_000_000 + index] for index in range(count)]
        asked = fields(segments=segments, vtbi_nl=20_000_000, max_hour_nl=3_000_000)
        programme, _ = loaded(asked)
        for index in range(count):
            for frames in (1_200 * index, 1_200 * index + 1_199):
                assert programme.segment_at(frames) == index, (count, frames)


def test_a_clock_before_its_beginning_is_in_the_first_segment():
    programme, _ = loaded(full_fields())
    assert programme.segment_at(-1) == 0


def test_the_slowest_rate_of_all_is_prescribed_and_none_is_not():
    programme = Programme()
    programme.rate_of[State.BOLUS] = 1
    assert programme.prescribed(State.BOLUS) and not programme.prescribed(State.LOADING)


def test_each_state_has_its_own_rate_and_no_other_state_has_one():
    programme, order = loaded(full_fields())
    rates = {
        State.RUNNING: 2_000_000,
        State.BOLUS: 60_000_000,
        State.LOADING: 30_000_000,
        State.CLINICIAN_BOLUS: 18_000_000,
        State.KVO: 500_000,
        State.PRIMING: limits.PRIME_RATE_NL_H,
    }
    for state in ALL_STATES:
        rate_nl_h = rates.get(state, 0)
        assert programme.rate_nl_h(state, 0) == rate_nl_h, state
        assert programme.prescribed(state) is (rate_nl_h > 0), state
        assert programme.floor_steps(state, 0) == rate_nl_h // UNIT, state
        fastest = 3_000_000 if state == State.RUNNING else rate_nl_h
        assert order.frame_steps[state] == -(-fastest // UNIT), state
    for state in (-1, 12, 99):
        assert programme.rate_nl_h(state, 0) == 0, state
    assert programme.max_floor_steps == 60_000_000 // UNIT


def test_the_fastest_rate_of_all_may_be_a_basal_or_a_phase():
    programme, _ = loaded(fields(99_000_000, vtbi_nl=1_000_000_000, max_hour_nl=100_000_000))
    assert programme.max_floor_steps == 733
    # Priming comes with every prescription.
    programme, _ = loaded(fields())
    assert programme.max_floor_steps == 370


def test_each_phase_has_its_budget_and_the_basal_has_none_but_the_vtbi():
    _, order = loaded(full_fields())
    budgets_nl = {
        State.BOLUS: 1_000_000,
        State.LOADING: 5_000_000,
        State.CLINICIAN_BOLUS: 6_000_000,
        State.KVO: 500_000,
        State.PRIMING: limits.PRIME_NL,
    }
    for state in ALL_STATES:
        steps = budgets_nl.get(state, 0) * 1_000 // 3_750
        assert order.phase_steps[state] == steps, state
    _, order = loaded(full_fields(kvo_minutes=90))
    assert order.phase_steps[State.KVO] == 750_000 * 1_000 // 3_750
    _, order = loaded(fields())
    for state in ALL_STATES:
        if state != State.PRIMING:
            assert order.phase_steps[state] == 0


def test_every_limit_of_the_order_is_that_of_the_prescription():
    _, order = loaded(full_fields(vtbi_nl=60_000_001, max_minutes=700))
    assert order.valid is True and order.intact()
    assert order.vtbi_steps == 16_000_000
    assert order.hour_steps == 40_000_000_000 // 3_750
    assert order.four_hour_steps == 16_000_000
    assert order.day_steps == 100_000_000_000 // 3_750
    assert order.max_frames == 420_000
    assert order.lockout_frames == 6_000
    assert order.max_boluses == 3
    assert order.basal_steps_minute == -(-3_000_000 * 600 // UNIT)


def test_steps_a_minute_are_exact_and_rounded_up():
    for rate_nl_h in (50_000, 134_999, 135_000, 135_001, 3_000_000, 99_999_999, 100_000_000):
        for unit in (36 * 3_562, UNIT, 36 * 3_938):
            assert steps_a_minute(rate_nl_h, unit) == -(-rate_nl_h * 600 // unit)
    assert steps_a_minute(0, UNIT) == 0
    assert steps_a_minute(3, 7) == 258  # 257 and a seventh
    programme, _ = loaded(full_fields())
    assert programme.minute_steps(State.RUNNING, 0) == 8_889
    assert programme.minute_steps(State.RUNNING, 18_000) == 13_334
    assert programme.minute_steps(State.KVO, 0) == 2_223
    assert programme.minute_steps(State.PAUSED, 0) == 0


def test_every_cassette_of_the_range_is_taken_and_none_outside_it():
    for pl_per_step in (3_562, 3_750, 3_938):
        programme, _ = loaded(fields(), pl_per_step)
        assert programme.carry_unit == 36 * pl_per_step
        assert programme.pl_per_step == pl_per_step
    for pl_per_step in (3_561, 3_939, 0, -3_750, 3_750.0, True, None):
        programme, order = Programme(), Order()
        assert not prescription.load(fields(), 1, pl_per_step, programme, order)  # pyright: ignore[reportArgumentType]
        assert not order.valid, pl_per_step


def test_a_version_that_is_no_whole_number_is_refused():
    for version in (None, True, 1.0, "1"):
        assert not prescription.load(fields(), version, 3_750, Programme(), Order())  # pyright: ignore[reportArgumentType]


def test_a_rate_that_needs_more_steps_than_a_frame_may_have_is_refused():
    for pl_per_step, fastest_nl_h in ((3_562, 95_019_911), (3_656, 97_527_455)):
        assert fastest_nl_h == 741 * 36 * pl_per_step - 1
        for rate_nl_h, taken in ((fastest_nl_h, True), (fastest_nl_h + 1, False)):
            for asked in (
                fields(rate_nl_h, vtbi_nl=1_000_000_000),
                full_fields(vtbi_nl=1_000_000_000, bolus_rate_nl_h=rate_nl_h),
            ):
                programme, order = Programme(), Order()
                done = prescription.load(asked, 1, pl_per_step, programme, order)
                assert done is taken, (pl_per_step, rate_nl_h)
                assert order.valid is taken
                assert order.intact() and programme.intact()
                assert (programme.max_floor_steps == 740) is taken
                assert (order.vtbi_steps > 0) is taken


def test_a_phase_that_is_over_before_its_first_frame_is_refused():
    # 60 mL/h are 444.4 steps a frame: at most 445.
    for volume_nl, taken in ((445 * 3_750 // 1_000 + 1, True), (444 * 3_750 // 1_000, False)):
        asked = full_fields(max_bolus_nl=volume_nl)
        assert prescription.load(asked, 1, 3_750, Programme(), Order()) is taken, volume_nl
    # Less than a step would read as "no budget" if it were let in.
    for name in ("load_nl", "max_bolus_nl"):
        assert not prescription.load(full_fields(**{name: 1}), 1, 3_750, Programme(), Order())


def test_priming_keeps_to_its_ceiling_with_every_cassette():
    for pl_per_step, rate_nl_h in (
        (3_562, 371 * 36 * 3_562),
        (3_750, 50_000_000),
        (3_938, 50_000_000),
    ):
        programme, order = loaded(fields(), pl_per_step)
        assert programme.rate_nl_h(State.PRIMING, 0) == rate_nl_h
        assert order.frame_steps[State.PRIMING] <= limits.PRIME_STEPS_PER_FRAME
        assert order.phase_steps[State.PRIMING] == min(800_000, 3_000_000_000 // pl_per_step)


def test_the_end_is_near_half_an_hour_before_it_or_in_the_last_tenth():
    programme, order = loaded(full_fields())
    # Half an hour of the fastest basal is 1.5 mL; a tenth of 60 mL is more.
    assert programme.near_end_steps == order.vtbi_steps - 400_000
    assert programme.near_end_frames == 1_440 * 600 - 18_000
    assert programme.occlusion_pa == 40_000
    programme, order = loaded(fields(vtbi_nl=1_000_000, min_minutes=60, max_minutes=100))
    assert programme.near_end_steps == order.vtbi_steps - order.vtbi_steps // 10
    assert programme.near_end_frames == 60_000 - 6_000
    assert programme.vtbi_nl == 1_000_000


def test_the_bag_is_low_while_its_error_a_whole_bolus_and_an_hour_are_left():
    """SR-051"""
    programme, _ = loaded(full_fields())
    bag_steps = 100_000_000_000 // 3_750
    assert programme.bag_steps == bag_steps
    # The clinician's bolus is the larger one.
    assert programme.bolus_steps == 1_600_000
    for frames, minute_steps in ((0, 8_889), (18_000, 13_334)):
        low = (bag_steps // 1_000 + 1) * 50 + 1_600_000 + 60 * minute_steps
        assert programme.reservoir_low_steps(frames) == low
    programme, _ = loaded(full_fields(max_bolus_nl=8_000_000, max_hour_nl=90_000_000))
    assert programme.bolus_steps == 8_000_000_000 // 3_750


def test_a_programme_without_a_prescription_asks_for_nothing():
    """SR-005"""
    programme = Programme()
    assert programme.intact() and programme.version == 0
    assert programme.carry_unit == UNIT and programme.pl_per_step == 3_750
    assert programme.max_floor_steps == programme.bag_steps == programme.bolus_steps == 0
    assert programme.near_end_steps == programme.near_end_frames == 0
    assert programme.occlusion_pa == programme.vtbi_nl == programme.lockout_frames == 0
    assert programme.segment_count == 1 and programme.segment_at(1_000_000) == 0
    assert list(programme.starts) == [0]
    for state in ALL_STATES:
        assert programme.rate_nl_h(state, 0) == 0 and not programme.prescribed(state)


def test_a_new_prescription_leaves_nothing_of_the_old_one():
    programme, order = loaded(full_fields(), version=7)
    assert programme.version == 7 and programme.lockout_frames == 6_000
    assert prescription.load(fields(), 8, 3_750, programme, order)
    assert programme.version == 8 and programme.lockout_frames == 0
    assert programme.segment_count == 1 and order.max_boluses == 0
    for state in (State.BOLUS, State.LOADING, State.CLINICIAN_BOLUS, State.KVO):
        assert not programme.prescribed(state)
        assert order.frame_steps[state] == 0


def test_every_flipped_bit_of_a_dose_critical_number_is_seen():
    names = (
        "carry_unit",
        "max_floor_steps",
        "occlusion_pa",
        "vtbi_nl",
        "near_end_steps",
        "near_end_frames",
        "bag_steps",
        "bolus_steps",
        "lockout_frames",
        "segment_count",
    )
    programme, _ = loaded(ramp())
    for name in names:
        for bit in range(30):
            right = getattr(programme, name)
            setattr(programme, name, right ^ 1 << bit)
            assert not programme.intact(), (name, bit)
            setattr(programme, name, right)
    for numbers in (programme.starts, programme.rates, programme.rate_of):
        for index in range(len(numbers)):
            for bit in range(30):
                right = numbers[index]
                numbers[index] = right ^ 1 << bit
                assert not programme.intact(), (numbers, index, bit)
                numbers[index] = right
    assert programme.intact()


def test_asking_the_largest_programme_allocates_nothing():
    segments = [[30 * index, 99_999_000 + index] for index in range(48)]
    asked = fields(segments=segments, vtbi_nl=1_000_000_000, bag_nl=1_000_000_000)
    asked["max_hour_nl"] = 100_000_000
    asked["min_minutes"] = 1
    programme, _ = loaded(asked, 3_938)

    def ask():
        return (
            programme.rate_nl_h(State.RUNNING, 800_000)
            + programme.floor_steps(State.RUNNING, 800_000)
            + programme.minute_steps(State.RUNNING, 800_000)
            + programme.reservoir_low_steps(800_000)
            + (1 if programme.intact() and programme.prescribed(State.PRIMING) else 0)
        )

    assert locked(ask) > 0
