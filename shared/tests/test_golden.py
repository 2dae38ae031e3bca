"""Version 1 of the wire and format 2 of the prescription, byte for byte, as another implementation wrote it. Never to change."""

from hashlib import sha256

from shared import cbor, cose, drug_library, messages, p256, prescription, session
from shared.errors import Forged
from shared.tests.checks import raises, same, unhex, vector

GOLDEN = vector("golden.json")
MASTER = unhex(GOLDEN["master"])
PUMP_ID = unhex(GOLDEN["pump_id"])
CLINIC_ID = unhex(GOLDEN["clinic_id"])
ALGS = (10, 30)


def sender(case):
    id_context = session.make_id_context(case["epoch"], case["boot"], unhex(case["salt"]))
    return session.SendContext(
        MASTER,
        case["epoch"],
        unhex(case["sender_id"]),
        id_context,
        ALGS[case["direction"]],
        case["direction"],
        PUMP_ID,
        CLINIC_ID,
    )


def opener(case):
    direction = case["direction"]
    return session.Opener(MASTER, ALGS[direction], direction, PUMP_ID, CLINIC_ID, (case["epoch"],))


def test_every_frame_seals_to_the_same_bytes():
    same(len(GOLDEN["frames"]), 7)
    for case in GOLDEN["frames"]:
        same(sender(case).seal(case["seq"], unhex(case["body"])).hex(), case["frame"])


def test_every_frame_opens_to_the_same_body():
    for case in GOLDEN["frames"]:
        sender_id, _, epoch, seq, body = opener(case).open(unhex(case["frame"]))
        same((sender_id.hex(), epoch, seq), (case["sender_id"], case["epoch"], case["seq"]))
        same(body.hex(), case["body"])


def test_keys_nonces_and_associated_data_are_the_same():
    for case in GOLDEN["frames"]:
        context = sender(case)._context
        same(context.key.hex(), case["key"])
        same(context.common_iv.hex(), case["common_iv"])
        same(context.nonce(case["seq"]).hex(), case["nonce"])
        same(context.aad.hex(), case["aad"])


def test_no_frame_opens_as_another():
    for case in GOLDEN["frames"]:
        for other in GOLDEN["frames"]:
            if (other["direction"], other["epoch"]) != (case["direction"], case["epoch"]):
                raises(Forged, opener(other).open, unhex(case["frame"]))


def test_bodies_parse_to_what_they_say():
    bodies = [unhex(case["body"]) for case in GOLDEN["frames"]]
    telemetry = messages.parse_up(bodies[0])
    assert isinstance(telemetry, messages.Telemetry)
    same((telemetry.state, telemetry.rate_nl_h, telemetry.pressure_pa), (1, 7_000_000, -1_200))
    same(messages.pack_telemetry(telemetry), bodies[0])
    event = messages.parse_up(bodies[1])
    assert isinstance(event, messages.Event)
    same((event.log_seq, event.args), (42, [0, 40_100, -7]))
    same(messages.pack_event(event), bodies[1])
    receipt = messages.parse_up(bodies[2])
    assert isinstance(receipt, messages.Receipt)
    same((receipt.stage, receipt.rx_version), (4, 4))
    same(messages.pack_receipt(receipt), bodies[2])
    stop = messages.parse_command(messages.parse_box(bodies[4]).command)
    same((stop.kind, stop.valid_s, stop.prescription), (2, 60, None))


def test_prescription_is_read_from_the_signed_command():
    box = messages.parse_box(unhex(GOLDEN["frames"][5]["body"]))
    same(messages.pack_box(box).hex(), GOLDEN["frames"][5]["body"])
    same(box.command.hex(), GOLDEN["command"])
    command = messages.parse_command(box.command)
    same(messages.pack_command(command), box.command)
    same(command.prescription.hex(), GOLDEN["prescription"])
    same(prescription.digest(command.prescription).hex(), GOLDEN["prescription_sha256"])
    rx = prescription.decode(command.prescription)
    same((rx["drug"], rx["profile"]), ("Magnesium sulphate", "MG"))
    same((rx["load_nl"], rx["overrides"]), (26_250_000, [[14, 2], [24, 5]]))
    same(drug_library.blocking(drug_library.check(rx)), [])
    same(prescription.encode(rx).hex(), GOLDEN["prescription"])


def test_both_signatures_of_the_command_are_good_and_not_exchangeable():
    external = cbor.encode(["vigil-rx-v1", PUMP_ID])
    to_be_signed = cose.sig_structure(external, unhex(GOLDEN["command"]))
    same(to_be_signed.hex(), GOLDEN["to_be_signed"])
    digest = sha256(to_be_signed).digest()
    for key in range(2):
        public = unhex(GOLDEN["public"][key])
        same(sha256(public).digest()[:8].hex(), GOLDEN["key_ids"][key])
        for number in range(2):
            signature = unhex(GOLDEN["signatures"][number])
            same(p256.verify(public, digest, signature), key == number)
