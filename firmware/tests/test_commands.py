"""Commands from the clinic: what is let in, in which order it is checked, and what is told (security T1, T3, T5, T6, T8 to T14, T17, T25)."""

from firmware.tests import clinic
from firmware.tests.clinic import Clinic
from firmware.tests.link_bench import Bench
from shared import cose, session
from shared.codes import Command, Event, Reason, Stage, State
from shared.errors import Malformed
from shared.messages import CommandBox, pack_box


def refused_in_silence(bench, frame):
    """Nothing on the wire, nothing stored, no event; only the counter moves."""
    before, stored = bench.commands.silent_failures, bench.settings.last_command
    told = len(bench.receipts.sent)
    bench.noted()
    bench.give(frame)
    return (
        bench.commands.silent_failures == before + 1
        and bench.settings.last_command == stored
        and bench.commands.last_sequence == stored
        and len(bench.receipts.sent) == told
        and bench.noted() == []
    )


def test_a_read_is_answered_and_its_number_is_stored():
    bench = Bench()
    bench.simple(Command.READ)
    assert bench.receipts.told() == [(Stage.ACTIVE, Reason.NONE)]
    assert bench.settings.last_command == bench.commands.last_sequence == 1
    assert bench.noted() == [(Event.COMMAND_DONE, Command.READ, 1, 0)]


def test_every_flipped_byte_of_a_stop_is_refused_in_silence():
    bench = Bench()
    frame = bench.clinic.seal(bench.clinic.simple(Command.STOP, bench.challenge()))
    for at in range(len(frame)):
        forged = bytearray(frame)
        forged[at] ^= 1 << at % 8
        assert refused_in_silence(bench, bytes(forged)), at
    bench.give(frame)
    assert bench.receipts.told() == [(Stage.ACTIVE, Reason.NONE)]


def test_frames_that_are_cut_too_long_or_no_frame_are_refused_in_silence():
    bench = Bench()
    frame = bench.clinic.seal(bench.clinic.simple(Command.STOP, bench.challenge()))
    assert refused_in_silence(bench, b"")
    assert refused_in_silence(bench, frame[:-1])
    assert refused_in_silence(bench, frame[:-8])
    assert refused_in_silence(bench, frame + b"\x00")
    assert refused_in_silence(bench, bytes(1_101))
    assert refused_in_silence(bench, b"\xff" * 200)


def test_a_frame_sealed_with_another_master_is_refused():
    bench = Bench()
    other = Clinic(master=bytes(range(1, 33)))
    assert refused_in_silence(bench, other.seal(other.simple(Command.STOP, bench.challenge())))


def test_a_frame_for_another_pump_is_refused():
    bench = Bench()
    other = Clinic(pump_id=b"another pump 16.")
    assert refused_in_silence(bench, other.seal(other.simple(Command.STOP, bench.challenge())))


def test_a_command_that_names_another_pump_is_refused_with_its_reason():
    """SR-118: the pump is the patient's, and the prescription names it."""
    bench = Bench()
    bench.simple(Command.STOP, pump_id=b"another pump 16.")
    assert bench.receipts.told() == [(Stage.REFUSED, Reason.WRONG_PUMP)]


def test_what_a_pump_sends_is_no_command():
    bench = Bench()
    for alg in (cose.ALG_CCM_64, cose.ALG_CCM_128):
        up = session.SendContext(
            clinic.MASTER,
            0,
            session.PUMP_SENDER_ID,
            session.make_id_context(0, 1, bytes(8)),
            alg,
            session.DIRECTION_UP,
            clinic.PUMP_ID,
            clinic.CLINIC_ID,
        )
        box = bench.clinic.simple(Command.STOP, bench.challenge())
        assert refused_in_silence(bench, up.seal(1, box))


def test_a_command_with_the_short_tag_is_refused():
    bench = Bench()
    short = session.SendContext(
        clinic.MASTER,
        0,
        session.clinic_sender_id(1),
        session.make_id_context(0, 1, bytes(8)),
        cose.ALG_CCM_64,
        session.DIRECTION_DOWN,
        clinic.PUMP_ID,
        clinic.CLINIC_ID,
    )
    box = bench.clinic.simple(Command.STOP, bench.challenge())
    assert refused_in_silence(bench, short.seal(1, box))


def test_another_epoch_is_refused():
    bench = Bench()
    later = session.SendContext(
        clinic.MASTER,
        1,
        session.clinic_sender_id(1),
        session.make_id_context(1, 1, bytes(8)),
        cose.ALG_CCM_128,
        session.DIRECTION_DOWN,
        clinic.PUMP_ID,
        clinic.CLINIC_ID,
    )
    box = bench.clinic.simple(Command.STOP, bench.challenge())
    assert refused_in_silence(bench, later.seal(1, box))


def test_a_replay_is_refused_at_once_and_after_a_restart():
    bench = Bench()
    frame = bench.clinic.seal(bench.clinic.simple(Command.STOP, bench.challenge()))
    bench.give(frame)
    assert bench.receipts.told() == [(Stage.ACTIVE, Reason.NONE)]
    assert refused_in_silence(bench, frame)
    bench.power_on()
    assert bench.commands.last_sequence == 1
    assert refused_in_silence(bench, frame)


def test_an_older_number_is_refused_even_if_it_never_came():
    bench = Bench()
    late = bench.clinic.seal(bench.clinic.simple(Command.STOP, bench.challenge()))
    bench.simple(Command.READ)
    assert refused_in_silence(bench, late)


def test_a_jump_of_65537_numbers_is_refused_and_one_of_65536_is_not():
    bench = Bench()
    box = bench.clinic.simple(Command.STOP, bench.challenge())
    assert refused_in_silence(bench, bench.clinic.seal(box, 65_537))
    bench = Bench()
    bench.give(bench.clinic.seal(bench.clinic.simple(Command.STOP, bench.challenge()), 65_536))
    assert bench.receipts.told() == [(Stage.ACTIVE, Reason.NONE)]
    assert bench.settings.last_command == 65_536


def test_a_command_is_not_acted_on_unless_its_number_is_stored():
    bench = Bench()
    told = len(bench.receipts.sent)
    bench.settings.valid = False  # the flash takes nothing any more
    frame = bench.clinic.seal(bench.clinic.simple(Command.READ, bench.challenge()))
    assert refused_in_silence(bench, frame)
    bench.settings.valid = True
    bench.give(frame)
    assert len(bench.receipts.sent) == told + 1


def test_a_stop_is_obeyed_even_if_its_number_cannot_be_stored():
    bench = Bench()
    bench.running()
    bench.settings.valid = False
    frame = bench.clinic.seal(bench.clinic.simple(Command.STOP, bench.challenge()))
    assert refused_in_silence(bench, frame)
    assert bench.pump.delivery.state == State.STOPPED


def test_a_command_held_for_599_s_is_taken_and_for_601_s_refused():
    for held_s, told in (
        (599, (Stage.ACTIVE, Reason.NONE)),
        (600, (Stage.ACTIVE, Reason.NONE)),
        (601, (Stage.REFUSED, Reason.STALE_CHALLENGE)),
    ):
        bench = Bench()
        frame = bench.clinic.seal(bench.clinic.simple(Command.STOP, bench.challenge()))
        bench.now_ms = held_s * 1_000
        bench.give(frame)
        assert bench.receipts.told() == [told]


def test_a_command_is_good_for_its_own_time_and_no_longer():
    for age_ms, stage in ((5_000, Stage.ACTIVE), (5_001, Stage.REFUSED)):
        bench = Bench()
        frame = bench.clinic.seal(bench.clinic.simple(Command.STOP, bench.challenge(), valid_s=5))
        bench.now_ms = age_ms
        bench.give(frame)
        assert bench.receipts.sent[0].stage == stage


def test_unknown_used_and_former_challenges_are_refused():
    bench = Bench()
    first = bench.challenge()
    bench.give(bench.clinic.seal(bench.clinic.simple(Command.READ, first)))
    bench.give(bench.clinic.seal(bench.clinic.simple(Command.STOP, first)))
    bench.give(bench.clinic.seal(bench.clinic.simple(Command.STOP, b"unknown.")))
    before = bench.challenge()
    bench.power_on()
    bench.give(bench.clinic.seal(bench.clinic.simple(Command.STOP, before)))
    assert bench.receipts.told() == [(Stage.REFUSED, Reason.STALE_CHALLENGE)]
    bench = Bench()
    bench.give(bench.clinic.seal(bench.clinic.simple(Command.STOP, b"unknown.")))
    assert bench.receipts.told() == [(Stage.REFUSED, Reason.STALE_CHALLENGE)]


def test_a_refused_command_leaves_the_challenge_good():
    bench = Bench()
    challenge = bench.challenge()
    bench.simple(Command.STOP, pump_id=b"another pump 16.")
    bench.give(bench.clinic.seal(bench.clinic.simple(Command.STOP, challenge)))
    assert bench.receipts.told()[-1] == (Stage.ACTIVE, Reason.NONE)


def test_a_command_id_that_comes_again_gets_the_same_receipt_and_has_no_effect():
    bench = Bench()
    bench.running()
    cmd_id = bench.clinic.new_id()
    bench.simple(Command.STOP, cmd_id=cmd_id)
    assert bench.pump.delivery.start(True, False)
    bench.noted()
    bench.simple(Command.STOP, cmd_id=cmd_id)
    assert bench.receipts.sent[-1] == bench.receipts.sent[-2]
    assert bench.pump.delivery.state == State.RUNNING
    assert bench.noted() == []
    assert bench.settings.last_command == bench.clinic.sequence


def test_a_refusal_is_repeated_for_the_same_command_id_too():
    bench = Bench()
    cmd_id = bench.clinic.new_id()
    bench.give(bench.clinic.seal(bench.clinic.simple(Command.STOP, b"unknown.", cmd_id=cmd_id)))
    bench.simple(Command.STOP, cmd_id=cmd_id)
    assert bench.receipts.told() == [(Stage.REFUSED, Reason.STALE_CHALLENGE)] * 2


def test_kinds_that_nobody_knows_are_refused_a_bolus_among_them():
    """SR-090: and a silence; there is none from afar that could outlive its link."""
    kinds = [getattr(Command, name) for name in dir(Command) if name[0] != "_"]
    assert sorted(kinds) == [Command.READ, Command.STOP, Command.PRESCRIPTION]
    bench = Bench()
    bench.running()
    told = len(bench.receipts.sent)
    for kind in (0, 3, 5, 6, 7, 8, 22, 23):
        bench.noted()
        bench.simple(kind)
        assert bench.receipts.told()[told:] == [(Stage.REFUSED, Reason.UNKNOWN_KIND)]
        assert bench.noted() == [(Event.COMMAND_REFUSED, kind, Reason.UNKNOWN_KIND, 0)]
        assert bench.pump.delivery.state == State.RUNNING
        assert bench.pump.programme.rate_nl_h(State.RUNNING, 0) == 7_000_000
        told += 1


def test_a_box_that_does_not_parse_is_refused_with_an_event_and_uses_its_number_up():
    bench = Bench()
    for plaintext in (
        b"",
        b"\x80",
        b"\x84\x03\x40\x80\x80",
        pack_box(CommandBox(b"\xa0", [], [])),
        pack_box(CommandBox(b"\xa1\x00\x01", [], [])),
        # kind 1 in the long form: not canonical
        pack_box(CommandBox(b"\xa1\x00\x18\x01", [], [])),
    ):
        bench.give(bench.clinic.seal(plaintext))
        assert bench.noted() == [(Event.COMMAND_REFUSED, 0, Reason.MALFORMED, 0)]
    assert bench.receipts.sent == []
    assert bench.settings.last_command == bench.clinic.sequence


def test_a_read_that_brings_a_prescription_along_is_malformed():
    bench = Bench()
    try:
        box = bench.clinic.prescribed(bench.challenge(), clinic.encoded({}), people=())
        changed = box.replace(b"\xa8\x00\x04", b"\xa8\x00\x01", 1)
        assert changed != box
        bench.give(bench.clinic.seal(changed))
    except Malformed:
        raise AssertionError("the pump let it through")
    assert bench.noted() == [(Event.COMMAND_REFUSED, 0, Reason.MALFORMED, 0)]


def test_a_stop_works_in_every_state_and_starts_nothing():
    for state, after in (
        (State.STOPPED, State.STOPPED),
        (State.RUNNING, State.STOPPED),
        (State.PAUSED, State.STOPPED),
        (State.ALARM, State.ALARM),
        (State.COMPLETE, State.COMPLETE),
        (State.FAULT, State.FAULT),
        (State.CONFIRMING, State.CONFIRMING),
    ):
        bench = Bench()
        bench.running()
        bench.pump.delivery.go(state)
        bench.simple(Command.STOP)
        assert bench.pump.delivery.state == after
        assert bench.receipts.told()[-1] == (Stage.ACTIVE, Reason.NONE)


def test_one_slice_takes_one_frame_so_that_a_flood_cannot_delay_the_frame():
    bench = Bench()
    flood = [bytes(100)] * 4
    bench.commands.slice(flood, bench.pump, 0)
    assert len(flood) == 3
    assert bench.commands.silent_failures == 1


def test_only_the_last_16_receipts_are_remembered():
    bench = Bench()
    first = bench.clinic.new_id()
    bench.simple(Command.READ, cmd_id=first)
    for _ in range(15):
        bench.simple(Command.READ)
    bench.simple(Command.READ, cmd_id=first)
    assert len(bench.receipts.sent) == 17
    done = [event for event in bench.noted() if event[0] == Event.COMMAND_DONE]
    assert len(done) == 16
