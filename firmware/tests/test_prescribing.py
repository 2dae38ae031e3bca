"""A prescription on its way from the clinic to a person at the pump (security T11, T14, T15, T19 to T25; SR-099 to SR-102)."""

from firmware.tests import clinic
from firmware.tests.clinic import ANNE, BEN, EVE
from firmware.tests.link_bench import Bench
from shared import cbor, prescription
from shared.codes import NO_FIELD, Command, Event, Reason, Stage, State

DONE = (Stage.ACTIVE, Reason.NONE)
SHOWN = (Stage.SHOWN, Reason.NONE)


def refused(reason):
    return (Stage.REFUSED, reason)


def refusals(bench):
    """(version, reason, field) of every RX_REFUSED since the last look."""
    return [event[1:] for event in bench.noted() if event[0] == Event.RX_REFUSED]


def test_a_signed_prescription_is_shown_confirmed_and_active_and_does_not_run():
    bench = Bench()
    bench.prescribe()
    assert bench.pump.delivery.state == State.CONFIRMING
    assert bench.waiting() == clinic.TERMS
    assert bench.receipts.told() == [SHOWN]
    bench.settle(True)
    assert bench.receipts.told() == [SHOWN, (Stage.CONFIRMED, Reason.NONE), DONE]
    assert bench.pump.delivery.state == State.STOPPED
    assert bench.receipts.sent[-1].rx_version == 1
    assert bench.receipts.sent[-1].rx_hash == prescription.digest(clinic.encoded({}))[:8]
    codes = [event[0] for event in bench.noted()]
    assert codes == [Event.RX_RECEIVED, Event.RX_CONFIRMED, Event.RX_ACTIVE, Event.COMMAND_DONE]


def test_signatures_that_are_missing_forged_or_of_the_wrong_people_are_refused():
    """SR-118: refused and written down."""
    for how in (
        {"people": ()},
        {"people": (ANNE,)},
        {"people": (BEN, ANNE)},
        {"people": (ANNE, ANNE)},
        {"people": (BEN, BEN)},
        {"people": (ANNE, EVE)},
        {"people": (EVE, BEN)},
        # Eve signs in Ben's name
        {"people": (ANNE, EVE), "keys": (ANNE, BEN)},
        {"people": (ANNE, ANNE), "keys": (ANNE, BEN)},
        {"people": (BEN, ANNE), "keys": (ANNE, BEN)},
    ):
        bench = Bench()
        bench.prescribe(**how)
        assert bench.receipts.told() == [refused(Reason.SIGNATURES)]
        assert refusals(bench) == [(1, Reason.SIGNATURES, NO_FIELD)]
        assert bench.pump.pending is None and bench.pump.delivery.state == State.STOPPED


def test_a_command_changed_after_signing_is_refused():
    bench = Bench()
    box = bench.clinic.prescribed(bench.challenge(), clinic.encoded({}))
    rate = cbor.encode([[0, 7_000_000]])
    assert box.count(rate) == 1
    bench.give(bench.clinic.seal(box.replace(rate, cbor.encode([[0, 6_999_999]]))))
    assert bench.receipts.told() == [refused(Reason.SIGNATURES)]


def test_only_the_next_version_is_taken():
    for version in (2, 3, 0xFFFFFFFF):
        bench = Bench()
        bench.prescribe(version=version)
        assert bench.receipts.told() == [refused(Reason.WRONG_VERSION)]
        assert refusals(bench) == [(version, Reason.WRONG_VERSION, NO_FIELD)]


def test_the_version_that_runs_is_not_taken_again():
    bench = Bench()
    bench.running()
    bench.pump.delivery.go(State.PAUSED)
    before = prescription.digest(clinic.encoded({}))
    bench.prescribe(version=1, replaces=before)
    assert bench.receipts.told()[-1] == refused(Reason.WRONG_VERSION)
    bench.prescribe({"segments": [[0, 6_000_000]]}, version=2, replaces=before)
    assert bench.receipts.told()[-1] == SHOWN


def test_a_prescription_that_replaces_another_one_is_refused():
    bench = Bench()
    bench.prescribe(replaces=bytes(31) + b"\x01")
    assert bench.receipts.told() == [refused(Reason.WRONG_PREDECESSOR)]
    bench = Bench()
    bench.running()
    bench.pump.delivery.go(State.PAUSED)
    bench.prescribe(version=2)
    assert bench.receipts.told()[-1] == refused(Reason.WRONG_PREDECESSOR)


# changed fields, reason, field that is named
HARD_LIMITS = (
    ({"segments": [[0, 7_000_001]]}, Reason.RATE_PER_KG_HARD_LIMIT, "segments"),
    (
        {"segments": [[0, 8_000_001]], "max_hour_nl": 8_800_000, "dosing_weight_g": 150_000},
        Reason.RATE_HARD_LIMIT,
        "segments",
    ),
    ({"max_hour_nl": 7_700_001}, Reason.HOUR_HARD_LIMIT, "max_hour_nl"),
    ({"max_day_nl": 175_000_001}, Reason.DAY_HARD_LIMIT, "max_day_nl"),
    ({"vtbi_nl": 168_000_001}, Reason.VTBI_HARD_LIMIT, "vtbi_nl"),
    ({"max_minutes": 1_441}, Reason.DURATION_HARD_LIMIT, "max_minutes"),
    ({"conc_ng_ml": 2_000_001}, Reason.CONCENTRATION, "conc_ng_ml"),
    ({"conc_ng_ml": 999_999}, Reason.CONCENTRATION, "conc_ng_ml"),
    ({"dosing_weight_g": 150_001}, Reason.WEIGHT, "dosing_weight_g"),
    ({"profile": "KET_NO_SUCH"}, Reason.UNKNOWN_PROFILE, "profile"),
    ({"drug": "Lidocaine"}, Reason.DRUG_MISMATCH, "drug"),
    ({"library_version": 1}, Reason.LIBRARY_VERSION, "library_version"),
    ({"max_4h_nl": 30_800_001}, Reason.FOUR_HOUR_HARD_LIMIT, "max_4h_nl"),
    ({"min_minutes": 172}, Reason.MIN_TIME_HARD_LIMIT, "vtbi_nl"),
    ({"bag_nl": 19_999_999}, Reason.FIELD_RANGE, "bag_nl"),
    ({"kvo_rate_nl_h": 1_000_001, "kvo_minutes": 60}, Reason.KVO_HARD_LIMIT, "kvo_rate_nl_h"),
    (
        {"load_nl": 1_000_000, "load_rate_nl_h": 7_000_000},
        Reason.LOAD_HARD_LIMIT,
        "load_nl",
    ),
    ({"load_nl": 1_000_000}, Reason.FIELD_RANGE, "load_rate_nl_h"),
    ({"max_bolus_nl": 1}, Reason.FIELD_RANGE, "bolus_rate_nl_h"),
    ({"starts_after_s": 1}, Reason.NOT_SUPPORTED, "starts_after_s"),
    ({"segments": [[0, 3_000_000], [29, 6_000_000]]}, Reason.RAMP_HARD_LIMIT, "segments"),
    ({"segments": [[0, 1_000_000]]}, Reason.SOFT_LIMIT, "segments"),
    ({"max_minutes": 170}, Reason.SOFT_LIMIT, "max_minutes"),
    ({"overrides": [[2, 1]]}, Reason.FIELD_RANGE, "overrides"),
    ({"patient_class": 3}, Reason.FIELD_RANGE, "patient_class"),
    ({"segments": [[1, 7_000_000]]}, Reason.FIELD_RANGE, "segments"),
    ({"segments": [[0, 0]]}, Reason.FIELD_RANGE, "segments"),
    ({"segments": []}, Reason.FIELD_RANGE, "segments"),
    ({"segments": [[0, 1 << 63]]}, Reason.FIELD_RANGE, "segments"),
    ({"segments": [[60, 6_000_000], [0, 7_000_000]]}, Reason.FIELD_RANGE, "segments"),
    ({"segments": 7_000_000}, Reason.MALFORMED, "segments"),
    ({"occlusion_pa": 80_001}, Reason.FIELD_RANGE, "occlusion_pa"),
    ({"occlusion_pa": 0}, Reason.FIELD_RANGE, "occlusion_pa"),
    ({"vtbi_nl": -1}, Reason.FIELD_RANGE, "vtbi_nl"),
    ({"vtbi_nl": True}, Reason.MALFORMED, "vtbi_nl"),
    ({"drug": "Keta\nmine"}, Reason.FIELD_RANGE, "drug"),
    ({"drug": "K" * 33}, Reason.FIELD_RANGE, "drug"),
)


def test_every_hard_limit_refuses_with_its_reason_and_the_number_of_its_field():
    bench = Bench()
    for changed, reason, field in HARD_LIMITS:
        bench.noted()
        bench.prescribe(changed)
        assert bench.receipts.told()[-1] == refused(reason), (changed, bench.receipts.told()[-1])
        assert refusals(bench) == [(1, reason, prescription.number_of(field))], changed
        assert bench.pump.delivery.state == State.STOPPED
        assert bench.pump.pending is None and not bench.pump.active


def test_rate_steps_and_kvo_are_shown_and_a_kvo_above_the_basal_is_refused():
    for changed, told in (
        ({"segments": [[0, 5_000_000], [60, 6_000_000]]}, SHOWN),
        ({"kvo_rate_nl_h": 500_000, "kvo_minutes": 60}, SHOWN),
        ({"segments": [[0, 400_000]], "kvo_rate_nl_h": 500_000, "kvo_minutes": 60}, None),
    ):
        bench = Bench()
        bench.prescribe(changed)
        if told is None:
            assert bench.receipts.told()[0][0] == Stage.REFUSED, changed
            assert bench.pump.pending is None
        else:
            assert bench.receipts.told() == [told], changed


def test_a_soft_limit_with_a_reason_is_shown():
    bench = Bench()
    bench.prescribe({"max_minutes": 170, "overrides": [[12, 4]]})
    assert bench.receipts.told() == [SHOWN]


def test_a_prescription_exactly_at_its_limits_is_shown():
    bench = Bench()
    at_limits = {
        "segments": [[0, 7_000_000]],
        "max_hour_nl": 7_700_000,
        "max_day_nl": 175_000_000,
        "vtbi_nl": 168_000_000,
        "max_4h_nl": 30_800_000,
        "min_minutes": 1_440,
    }
    bench.prescribe(at_limits)
    assert bench.receipts.told() == [SHOWN]


def test_a_missing_and_an_unknown_field_are_refused():
    terms = cbor.decode(clinic.encoded({}))
    for change in (lambda: terms.pop(13), lambda: terms.update({13: 40_000, 27: 1})):
        change()
        bench = Bench()
        bench.prescribe(terms=cbor.encode(terms))
        assert bench.receipts.told() == [refused(Reason.MALFORMED)]


def test_nothing_changes_under_way():
    bench = Bench()
    bench.running()
    before = prescription.digest(clinic.encoded({}))
    bench.prescribe({"segments": [[0, 2_000_000]]}, version=2, replaces=before)
    assert bench.receipts.told()[-1] == refused(Reason.BUSY)
    assert bench.pump.delivery.state == State.RUNNING
    assert bench.pump.programme.rate_nl_h(State.RUNNING, 0) == 7_000_000


def test_a_faulty_pump_takes_no_prescription():
    bench = Bench()
    bench.pump.delivery.go(State.FAULT)
    bench.prescribe()
    assert bench.receipts.told() == [refused(Reason.BUSY)]


def test_a_second_prescription_is_refused_while_one_waits_for_a_person():
    bench = Bench()
    bench.prescribe()
    bench.prescribe({"segments": [[0, 6_000_000]]})
    assert bench.receipts.told() == [SHOWN, refused(Reason.BUSY)]
    assert bench.waiting() == clinic.TERMS
    bench.settle(True)
    assert bench.pump.active == [clinic.TERMS]


def test_a_second_prescription_is_refused_while_signatures_are_verified():
    bench = Bench()
    frames = []
    for rate_nl_h in (7_000_000, 6_000_000):
        terms = clinic.encoded({"segments": [[0, rate_nl_h]]})
        frames.append(bench.clinic.seal(bench.clinic.prescribed(bench.challenge(), terms)))
        bench.commands.slice(frames, bench.pump, 0)
    # The first one has used the challenge that the second one answers, or it is busy: refused either way.
    assert len(bench.receipts.sent) == 1 and bench.receipts.sent[0].stage == Stage.REFUSED
    bench.give(bench.clinic.seal(bench.clinic.simple(Command.READ, bench.challenge())))
    assert bench.waiting() == clinic.TERMS


def test_the_same_command_again_while_it_is_verified_is_not_told_refused():
    bench = Bench()
    cmd_id = bench.clinic.new_id()
    box = bench.clinic.prescribed(bench.challenge(), clinic.encoded({}), cmd_id=cmd_id)
    for _ in range(2):
        bench.commands.slice([bench.clinic.seal(box)], bench.pump, 0)
    assert bench.receipts.sent == []
    bench.give(bench.clinic.seal(box))
    assert bench.receipts.told() == [SHOWN]
    bench.give(bench.clinic.seal(box))
    assert bench.receipts.told() == [SHOWN, SHOWN]
    bench.settle(True)
    bench.give(bench.clinic.seal(box))
    assert bench.receipts.told()[-2:] == [DONE, DONE]
    assert bench.pump.active == [clinic.TERMS]


def test_declined_and_timed_out_are_refusals_and_the_old_state_comes_back():
    for reason in (Reason.DECLINED, Reason.NOT_CONFIRMED):
        bench = Bench()
        bench.pump.delivery.go(State.PAUSED)
        bench.prescribe()
        bench.settle(False, reason)
        assert bench.receipts.told() == [SHOWN, refused(reason)]
        assert bench.pump.delivery.state == State.PAUSED
        assert bench.pump.active == [] and bench.pump.rx_version == 0
        # The clinic may send it anew.
        bench.prescribe()
        assert bench.receipts.told()[-1] == SHOWN


def test_a_failed_store_is_a_refusal_and_a_half_done_one_is_unknown():
    for stage in (Stage.REFUSED, Stage.UNKNOWN):
        bench = Bench()
        bench.pump.stage = stage
        bench.prescribe()
        bench.noted()
        bench.settle(True)
        assert bench.receipts.told()[-1] == (stage, Reason.STORAGE)
        assert bench.receipts.sent[-1].rx_version == 0
        assert Event.RX_ACTIVE not in [event[0] for event in bench.noted()]


def test_a_later_version_that_comes_first_uses_its_number_up_and_neither_is_taken_alone():
    bench = Bench()
    challenge = bench.challenge()
    first = bench.clinic.seal(bench.clinic.prescribed(challenge, clinic.encoded({})))
    bench.prescribe(version=2, replaces=prescription.digest(clinic.encoded({})))
    assert bench.receipts.told() == [refused(Reason.WRONG_VERSION)]
    bench.give(first)
    assert len(bench.receipts.sent) == 1
    assert bench.commands.silent_failures == 1


def test_a_power_cut_while_signatures_are_verified_leaves_nothing_and_the_frame_is_used_up():
    bench = Bench()
    frame = bench.clinic.seal(bench.clinic.prescribed(bench.challenge(), clinic.encoded({})))
    bench.commands.slice([frame], bench.pump, 0)
    bench.power_on()
    bench.give(frame)
    assert bench.receipts.sent == [] and bench.commands.silent_failures == 1
    assert bench.pump.pending is None
