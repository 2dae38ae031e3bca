"""Bodies of every boundary: there and back, and nothing that does not belong."""

from shared import cbor, messages, prescription, uplink_messages
from shared.codes import Link
from shared.errors import Malformed
from shared.framing import MAX_BODY, Decoder, encode
from shared.link_messages import MAX_SEALED
from shared.tests import samples
from shared.tests.checks import raises, same
from shared.tests.samples import changed

UUID = bytes(range(16))


def test_upward_bodies_go_there_and_back():
    for body, data in (
        (samples.telemetry(), messages.pack_telemetry(samples.telemetry())),
        (samples.event(), messages.pack_event(samples.event())),
        (samples.receipt(), messages.pack_receipt(samples.receipt())),
    ):
        same(messages.parse_up(data), body)
        assert type(messages.parse_up(data)) is type(body)


def test_telemetry_is_21_elements_in_the_documented_order():
    values = cbor.decode(messages.pack_telemetry(samples.telemetry()))
    same(len(values), 21)
    same(values[:9], [1, 12, 3_600_000, None, 0, 3, b"rx-hash8", 1, 7_000_000])
    same(values[-4:], [7, -1_200, 0, 0])


def test_telemetry_of_an_impossible_delivery_is_still_told():
    odd = changed(
        samples.telemetry(),
        messages.TELEMETRY_ROWS,
        left_nl=-5_000_000,
        rate_nl_h=4_000_000_000,
        pressure_pa=250_000,
        total_max_nl=1 << 50,
    )
    same(messages.parse_up(messages.pack_telemetry(odd)), odd)


def test_value_out_of_range_is_named_when_packed_and_when_parsed():
    for name, value, code in (
        ("state", 12, Malformed.RANGE),
        ("wall_quality", 4, Malformed.RANGE),
        ("battery_permille", 1_001, Malformed.RANGE),
        ("sample", 2, Malformed.RANGE),
        ("boot", -1, Malformed.RANGE),
        ("boot", True, Malformed.TYPE),
        ("boot", None, Malformed.TYPE),
        ("rx_hash", bytes(7), Malformed.RANGE),
        ("challenge", "challnge", Malformed.TYPE),
        ("pressure_pa", 250_001, Malformed.RANGE),
    ):
        wrong = changed(samples.telemetry(), messages.TELEMETRY_ROWS, **{name: value})
        error = raises(Malformed, messages.pack_telemetry, wrong)
        same((error.code, error.field), (code, name))
        data = cbor.encode((1,) + tuple(wrong))
        error = raises(Malformed, messages.parse_up, data)
        same((error.code, error.field), (code, name))
        same(error.offset, [row[0] for row in messages.TELEMETRY_ROWS].index(name) + 1)


def test_event_arguments_are_few_whole_numbers():
    rows = messages.EVENT_ROWS
    full = changed(samples.event(), rows, args=[-1] * 8)
    same(messages.parse_up(messages.pack_event(full)), full)
    same(messages.parse_up(messages.pack_event(changed(full, rows, args=[]))).args, [])
    for args in ([0] * 9, ["text"], [True], [None], [1 << 53], 5):
        raises(Malformed, messages.pack_event, changed(full, rows, args=args))
        wrong = cbor.encode((2,) + tuple(changed(full, rows, args=args)))
        raises(Malformed, messages.parse_up, wrong)


def test_other_body_kinds_and_shapes_are_refused():
    good = cbor.decode(messages.pack_receipt(samples.receipt()))
    for values in (
        [],
        [3] + good[1:],
        [5] + good[1:],
        [None] + good[1:],
        [True] + good[1:],
        good + [0],
        good[:-1],
        {0: 1},
        4,
    ):
        raises(Malformed, messages.parse_up, cbor.encode(values))
    raises(Malformed, messages.parse_up, cbor.encode(good) + b"\x00")
    raises(Malformed, messages.parse_box, cbor.encode(good))


def test_box_goes_there_and_back_and_counts_must_agree():
    box = samples.box()
    same(messages.parse_box(messages.pack_box(box)), box)
    none = changed(box, messages.BOX_ROWS, signatures=[], key_ids=[])
    same(messages.parse_box(messages.pack_box(none)), none)
    for signatures, key_ids in (
        ([bytes(64)], []),
        ([bytes(64)] * 2, [bytes(8)]),
        ([bytes(64)] * 3, [bytes(8)] * 3),
        ([bytes(63)], [bytes(8)]),
        ([bytes(64)], [bytes(9)]),
        ([None], [bytes(8)]),
    ):
        wrong = changed(box, messages.BOX_ROWS, signatures=signatures, key_ids=key_ids)
        raises(Malformed, messages.pack_box, wrong)
        raises(Malformed, messages.parse_box, cbor.encode((3,) + tuple(wrong)))


def test_commands_go_there_and_back():
    for command in (samples.stop(), samples.prescribe()):
        same(messages.parse_command(messages.pack_command(command)), command)


def test_prescription_of_a_command_is_its_signed_bytes():
    data = messages.pack_command(samples.prescribe())
    terms = messages.parse_command(data).prescription
    assert data[-len(terms) :] == terms
    same(prescription.decode(terms), samples.rx())


def test_fields_of_a_prescription_come_only_and_completely_with_kind_4():
    good = cbor.decode(messages.pack_command(samples.prescribe()))
    for kind in (1, 2, 3, 0, 23):
        wrong = dict(good)
        wrong[0] = kind
        same(raises(Malformed, messages.parse_command, cbor.encode(wrong)).code, Malformed.FIELD)
    for key in good:
        wrong = dict(good)
        del wrong[key]
        error = raises(Malformed, messages.parse_command, cbor.encode(wrong))
        same((error.code, error.offset), (Malformed.FIELD, key))
    for key in (8, 99, -1):
        wrong = dict(good)
        wrong[key] = 1
        same(raises(Malformed, messages.parse_command, cbor.encode(wrong)).code, Malformed.FIELD)


def test_unknown_kind_with_common_fields_parses_so_that_it_can_be_refused_by_name():
    fields = cbor.decode(messages.pack_command(samples.stop()))
    fields[0] = 7
    same(messages.parse_command(cbor.encode(fields)).kind, 7)


def test_command_edges():
    stop = samples.stop()
    rows = messages.COMMAND_ROWS
    same(messages.parse_command(messages.pack_command(stop)).valid_s, 600)
    for change in ({"valid_s": 601}, {"cmd_id": bytes(15)}, {"challenge": bytes(9)}):
        raises(Malformed, messages.pack_command, changed(stop, rows, **change))
    zero = changed(samples.prescribe(), rows, version=0)
    raises(Malformed, messages.pack_command, zero)


def test_longest_command_fits_the_link():
    terms = samples.rx(drug="d" * 32, profile="p" * 32)
    command = changed(samples.prescribe(), messages.COMMAND_ROWS)
    values = list(command)
    values[-1] = prescription.encode(terms)
    box = changed(
        samples.box(), messages.BOX_ROWS, command=messages.pack_command(type(command)(*values))
    )
    assert len(messages.pack_box(box)) < MAX_SEALED - 60


def test_link_bodies_go_there_and_back():
    pump_id = samples.PUMP_ID
    same(tuple(messages.parse_hello(messages.pack_hello(pump_id, 9))), (1, pump_id, 9))
    same(tuple(messages.parse_welcome(messages.pack_welcome("hub-1"))), (1, "hub-1"))
    same(tuple(messages.parse_record(messages.pack_record(5, 2, b"f"))), (5, 2, b"f"))
    same(messages.parse_number(messages.pack_number(77)), 77)
    same(messages.parse_command_frame(messages.pack_command_frame(b"f")), b"f")


def test_link_bodies_refuse_what_does_not_belong():
    for parse, values in (
        (messages.parse_hello, [2, samples.PUMP_ID, 9]),
        (messages.parse_hello, [1, samples.PUMP_ID[:15], 9]),
        (messages.parse_hello, [1, samples.PUMP_ID]),
        (messages.parse_welcome, [1, ""]),
        (messages.parse_welcome, [1, "h" * 65]),
        (messages.parse_welcome, [1, b"hub"]),
        (messages.parse_record, [1, 3, b"f"]),
        (messages.parse_record, [1, 0, b""]),
        (messages.parse_record, [1, 0, "f"]),
        (messages.parse_number, [-1]),
        (messages.parse_number, []),
        (messages.parse_number, 5),
        (messages.parse_command_frame, [b"f", b"g"]),
    ):
        raises(Malformed, parse, cbor.encode(values))


def test_longest_record_fits_one_link_frame():
    body = messages.pack_record((1 << 53) - 1, 2, bytes(MAX_SEALED))
    assert len(body) <= MAX_BODY
    same(Decoder().feed(encode(Link.RECORD, body)), [(Link.RECORD, body)])


def test_uplink_goes_there_and_back():
    records = [(n, samples.PUMP_ID, 1_700_000_000_000 + n, bytes(90)) for n in range(64)]
    links = [(samples.PUMP_ID, 1, 1_700_000_000_000)]
    up = uplink_messages.parse_up(uplink_messages.pack_up(UUID, 5, records, links))
    same((up.outbox_uuid, up.sent_unix_ms), (UUID, 5))
    same([tuple(record) for record in up.records], records)
    same(up.records[3].outbox_id, 3)
    same([tuple(link) for link in up.links], links)
    empty = uplink_messages.parse_up(uplink_messages.pack_up(UUID, 5, [], []))
    same((empty.records, empty.links), ([], []))


def test_uplink_refuses_too_many_and_mistyped_records():
    record = (1, samples.PUMP_ID, 5, b"f")
    raises(Malformed, uplink_messages.pack_up, UUID, 5, [record] * 65, [])
    for wrong in (record[:3], (1, b"", 5, b"f"), (1, samples.PUMP_ID, 5, b""), 7):
        raises(Malformed, uplink_messages.pack_up, UUID, 5, [wrong], [])
    for link in ((samples.PUMP_ID, 2, 5), (samples.PUMP_ID, True, 5), (samples.PUMP_ID, 1)):
        raises(Malformed, uplink_messages.pack_up, UUID, 5, [], [link])


def test_downlink_kinds_are_told_apart():
    down = uplink_messages.parse_down(uplink_messages.pack_down_receipt(UUID, [1, 5, 9]))
    same((down.outbox_uuid, down.outbox_ids), (UUID, [1, 5, 9]))
    data = uplink_messages.pack_down_command(samples.PUMP_ID, UUID, b"frame")
    down = uplink_messages.parse_down(data)
    same((down.pump_id, down.cmd_id, down.frame), (samples.PUMP_ID, UUID, b"frame"))
    for values in ([3, UUID, []], [], [1, UUID], [1, UUID, ["1"]], [2, UUID, UUID, 5], 1):
        raises(Malformed, uplink_messages.parse_down, cbor.encode(values))
