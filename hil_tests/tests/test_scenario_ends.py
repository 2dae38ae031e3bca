"""The hub's and the clinic's end as the bench plays them, against the real code of the other side."""

from __future__ import annotations

import hashlib

from firmware.storage import identity
from hil_tests.scenario.bench_pump import provision_bench_pump
from hil_tests.scenario.clinic_end import ClinicEnd, encode_terms
from hil_tests.scenario.hub_end import HubEnd
from hil_tests.scenario.keys import make_keys
from shared import cbor, cose, framing, messages, p256, prescription, session
from shared.codes import Command, Link, Override

SEED = 5
TERMS = {
    "profile": "LID_LOW",
    "drug": "Lidocaine",
    "conc_ng_ml": 10_000_000,
    "dosing_weight_g": 70_000,
    "rate_nl_h": 7_000_000,
    "vtbi_nl": 1_000_000,
    "max_hour_nl": 8_000_000,
    "max_day_nl": 100_000_000,
    "max_minutes": 1_440,
    "occlusion_pa": 50_000,
}


def pump_sealer(keys, boot: int = 1) -> session.SendContext:
    id_context = session.make_id_context(0, boot, b"saltsalt")
    return session.SendContext(
        keys.master, 0, session.PUMP_SENDER_ID, id_context, cose.ALG_CCM_64,
        session.DIRECTION_UP, keys.pump_id, keys.clinic_id,
    )  # fmt: skip


def pump_opener(keys) -> session.Opener:
    return session.Opener(
        keys.master, cose.ALG_CCM_128, session.DIRECTION_DOWN, keys.pump_id, keys.clinic_id
    )


def telemetry(challenge: bytes = b"12345678", sample: int = 0) -> bytes:
    return messages.pack_telemetry(
        messages.Telemetry(
            boot=1, mono_ms=5, wall_s=None, wall_quality=0, rx_version=0, rx_hash=bytes(8),
            state=0, rate_nl_h=0, total_min_nl=0, total_max_nl=0, left_nl=0, battery_permille=900,
            alarms=0, challenge=challenge, log_seq=1, log_head=bytes(16), last_cmd=0,
            pressure_pa=1_300, acknowledged=0, sample=sample,
        )
    )  # fmt: skip


def test_keys_are_the_same_for_one_seed_and_others_for_another():
    first, again, other = make_keys(1), make_keys(1), make_keys(2)
    assert first.prescriber.public == again.prescriber.public
    assert first.prescriber.public != first.checker.public
    assert first.master != other.master
    assert first.prescriber.sign(b"p" * 16, b"c") == again.prescriber.sign(b"p" * 16, b"c")


def test_clinic_opens_telemetry_once_and_keeps_its_challenge():
    keys = make_keys(SEED)
    clinic = ClinicEnd(keys, SEED)
    frame = pump_sealer(keys).seal(9, telemetry())
    opened = clinic.open(frame)
    assert isinstance(opened, messages.Telemetry)
    assert clinic.challenge == b"12345678"
    assert clinic.open(frame) is None
    assert clinic.repeated_frames == 1
    forged = frame[:-1] + bytes([frame[-1] ^ 1])
    assert clinic.open(forged) is None
    assert clinic.refused_frames == 1


def test_challenge_of_a_kept_sample_is_too_old_to_use():
    keys = make_keys(SEED)
    clinic = ClinicEnd(keys, SEED)
    assert clinic.open(pump_sealer(keys).seal(1, telemetry(sample=1))) is not None
    assert clinic.challenge is None


def test_terms_that_are_not_given_have_their_defaults():
    fields = prescription.decode(encode_terms(TERMS))
    assert fields["segments"] == [[0, 7_000_000]]
    assert (fields["max_4h_nl"], fields["bag_nl"]) == (32_000_000, 250_000_000)
    assert (fields["overrides"], fields["patient_class"]) == ([], 1)
    more = {"steps": [[60, 8_000_000]], "vtbi_nl": 300_000_000, "max_day_nl": 20_000_000}
    fields = prescription.decode(encode_terms({**TERMS, **more}))
    assert fields["segments"] == [[0, 7_000_000], [60, 8_000_000]]
    assert (fields["max_4h_nl"], fields["bag_nl"]) == (20_000_000, 300_000_000)


def test_each_soft_limit_is_answered_unless_the_scenario_answers_itself():
    short = {**TERMS, "vtbi_nl": 20_000_000, "max_minutes": 60, "rate_nl_h": 3_000_000}
    answers = [[2, Override.PROTOCOL], [12, Override.PROTOCOL]]
    assert prescription.decode(encode_terms(short))["overrides"] == answers
    for overrides in ([], [[2, Override.WEANING]]):
        fields = prescription.decode(encode_terms({**short, "overrides": overrides}))
        assert fields["overrides"] == overrides


def test_prescription_is_signed_by_two_and_opens_at_the_pump():
    keys = make_keys(SEED)
    clinic = ClinicEnd(keys, SEED)
    clinic.open(pump_sealer(keys).seal(1, telemetry()))
    command_id, frame = clinic.seal_prescription(TERMS)
    sequence, plaintext = pump_opener(keys).open(frame)[3:]
    box = messages.parse_box(plaintext)
    command = messages.parse_command(box.command)
    assert sequence == 1
    assert command.cmd_id == command_id
    assert command.challenge == b"12345678"
    assert (command.version, command.replaces) == (1, bytes(32))
    fields = prescription.decode(command.prescription)
    assert prescription.basal_rate_nl_h(fields) == 7_000_000
    signed = cose.sig_structure(cbor.encode(("vigil-rx-v1", keys.pump_id)), box.command)
    digest = hashlib.sha256(signed).digest()
    for signer, signature, key_id in zip(
        (keys.prescriber, keys.checker), box.signatures, box.key_ids, strict=True
    ):
        assert p256.verify(signer.public, digest, signature)
        assert key_id == signer.key_id == identity.key_id_of(signer.public)


def test_next_prescription_replaces_the_one_before():
    keys = make_keys(SEED)
    clinic = ClinicEnd(keys, SEED)
    clinic.open(pump_sealer(keys).seal(1, telemetry()))
    clinic.seal_prescription(TERMS)
    clinic.rx_version = 1
    _command_id, frame = clinic.seal_prescription({**TERMS, "rate_nl_h": 6_000_000})
    box = messages.parse_box(pump_opener(keys).open(frame)[4])
    command = messages.parse_command(box.command)
    assert command.version == 2
    assert command.replaces == prescription.digest(encode_terms(TERMS))


def test_stop_carries_no_signature_and_a_rising_sequence():
    keys = make_keys(SEED)
    clinic = ClinicEnd(keys, SEED)
    clinic.open(pump_sealer(keys).seal(1, telemetry()))
    opener = pump_opener(keys)
    first = opener.open(clinic.seal_simple(Command.STOP)[1])
    second = opener.open(clinic.seal_simple(Command.READ)[1])
    assert messages.parse_box(first[4]).signatures == []
    assert second[3] == first[3] + 1


def test_hub_answers_each_frame_of_the_pump():
    hub, pump = HubEnd(), framing.Decoder()
    hub.feed(framing.encode(Link.HELLO, messages.pack_hello(b"p" * 16, 4)))
    hub.feed(framing.encode(Link.RECORD, messages.pack_record(11, 2, b"sealed")))
    hub.feed(framing.encode(Link.PING, messages.pack_number(3)))
    hub.feed(framing.encode(Link.PING, b"\xff"))
    answers = pump.feed(hub.take_down())
    assert [kind for kind, _body in answers] == [Link.WELCOME, Link.STORED, Link.PONG]
    assert messages.parse_number(answers[1][1]) == 11
    assert messages.parse_number(answers[2][1]) == 3
    assert hub.hellos == [4]
    assert hub.bad_frames == 1
    assert [record.frame for record in hub.take_delivered()] == [b"sealed"]
    assert hub.take_delivered() == []


def test_out_of_range_nothing_passes_either_way():
    hub = HubEnd()
    record = framing.encode(Link.RECORD, messages.pack_record(11, 0, b"sealed"))
    hub.feed(record[:10])
    hub.set_up(False)
    hub.feed(record)
    hub.send_command(b"frame")
    assert hub.take_down() == b""
    assert hub.take_delivered() == []
    hub.set_up(True)
    assert hub.take_down() == b""
    hub.feed(record)
    assert len(hub.take_delivered()) == 1


def test_bench_pump_is_provisioned_with_the_keys_of_the_seed(tmp_path):
    keys = make_keys(SEED)
    provision_bench_pump(tmp_path, keys, 3_800)
    image = (tmp_path / "flash.bin").read_bytes()
    assert len(image) == 512 * 1024
    assert keys.master in image
    assert keys.checker.public in image
