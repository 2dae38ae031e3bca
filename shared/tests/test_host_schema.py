"""schema.cddl and the tables in code say the same; so do the grammar and the parsers."""

import pathlib

import pytest

from shared import (
    cbor,
    ceilings,
    cose,
    link_messages,
    messages,
    prescription,
    schema,
    session,
    uplink_messages,
)
from shared.errors import Malformed, Refused
from shared.tests import samples
from shared.tests.checks import Noise
from shared.tests.test_host_cddl import Grammar

GRAMMAR = Grammar((pathlib.Path(__file__).parent.parent / "schema.cddl").read_text())

# rule: (rows, what stands before them)
ARRAYS = {
    "hello": (link_messages.HELLO_ROWS, []),
    "welcome": (link_messages.WELCOME_ROWS, []),
    "record": (link_messages.RECORD_ROWS, []),
    "number-body": (link_messages.NUMBER_ROWS, []),
    "command-frame": (link_messages.COMMAND_FRAME_ROWS, []),
    "telemetry": (messages.TELEMETRY_ROWS, [1]),
    "event": (messages.EVENT_ROWS, [2]),
    "receipt": (messages.RECEIPT_ROWS, [4]),
    "box": (messages.BOX_ROWS, [3]),
    "up": (uplink_messages.UP_ROWS, []),
    "up-record": (uplink_messages.UP_RECORD_ROWS, []),
    "link-state": (uplink_messages.LINK_ROWS, []),
    "down-receipt": (uplink_messages.DOWN_RECEIPT_ROWS[1:], [1]),
    "down-command": (uplink_messages.DOWN_COMMAND_ROWS[1:], [2]),
}
# list in an array: the row of its elements
ELEMENTS = {
    ("event", "args"): messages.EVENT_ARG_ROW,
    ("box", "signatures"): messages.SIGNATURE_ROW,
    ("box", "key_ids"): messages.KEY_ID_ROW,
    ("down-receipt", "outbox_ids"): uplink_messages.OUTBOX_ID_ROW,
}


def row_of(name, node):
    """The row that a node of the grammar asks for."""
    node = GRAMMAR.resolve(node)
    if node[0] == "range":
        kind = schema.INT if node[1] < 0 else schema.UINT
        return (name, kind, node[1], node[2])
    if node[0] in ("bytes", "text"):
        return (name, {"bytes": schema.BYTES, "text": schema.TEXT}[node[0]], node[1], node[2])
    if node[0] == "choice":
        assert node[1][1] == ("literal", None)
        _, _, low, high = row_of(name, node[1][0])
        return (name, schema.OPTIONAL_UINT, low, high)
    assert node[0] == "array"
    ((_, low, high, _),) = node[1]
    return (name, schema.LIST, low, high)


@pytest.mark.parametrize("rule", ARRAYS)
def test_array_has_the_names_types_and_ranges_of_its_table(rule):
    rows, head = ARRAYS[rule]
    entries = GRAMMAR.rules[rule][1]
    for value, entry in zip(head, entries, strict=False):
        assert entry[0] is None
        assert entry[3] == ("range", value, value)
    got = [row_of(name, node) for name, _, _, node in entries[len(head) :]]
    assert tuple(got) == tuple(rows)
    for name, _, _, node in entries[len(head) :]:
        if (rule, name) in ELEMENTS:
            assert row_of(name, GRAMMAR.resolve(node)[1][0][3]) == ELEMENTS[rule, name]


def test_command_maps_have_the_rows_of_their_table():
    for rule, keys in (
        ("plain-command", messages.ALWAYS_KEYS),
        ("prescription-command", messages.PRESCRIPTION_KEYS),
    ):
        pairs = GRAMMAR.rules[rule][1]
        assert tuple(pairs) == keys
        for key, node in pairs.items():
            if key not in (0, messages.PRESCRIPTION_KEY):
                assert row_of(messages.COMMAND_ROWS[key][0], node) == messages.COMMAND_ROWS[key]


def pair_of(node):
    """Of a list of pairs: fewest, most, and each element's name and range."""
    ((_, least, most, pair),) = GRAMMAR.resolve(node)[1]
    elements = GRAMMAR.resolve(pair)[1]
    return least, most, [(name, GRAMMAR.resolve(node)) for name, _, _, node in elements]


def test_prescription_map_has_the_ranges_of_its_table():
    pairs = GRAMMAR.rules["prescription"][1]
    assert list(pairs) == [row[0] for row in prescription.fields()]
    for number, name, kind, low, high in prescription.fields():
        node = GRAMMAR.resolve(pairs[number])
        numbers = ("range", low, high)
        if kind == prescription.SEGMENTS:
            minutes = ("range", 0, ceilings.MAX_MINUTES - 1)
            elements = [("minute", minutes), ("rate_nl_h", numbers)]
            assert pair_of(node) == (1, prescription.MAX_SEGMENTS, elements)
        elif kind == prescription.OVERRIDES:
            elements = [("field", ("range", 0, prescription.COUNT - 1)), ("reason", numbers)]
            assert pair_of(node) == (0, prescription.MAX_OVERRIDES, elements)
        elif kind == prescription.TEXT:
            assert node == ("text", low, high), name
        elif kind == prescription.OPTIONAL:
            assert [GRAMMAR.resolve(each) for each in node[1]] == [("range", 0, 0), numbers], name
        else:
            assert node == numbers, name


def test_every_rule_is_used_or_tested():
    used = set(ARRAYS) | {"frame", "up-body", "command", "down", "enc-structure"}
    used |= {"sig-structure", "sig-aad", "external-aad"}
    text = str(list(GRAMMAR.rules.values()))
    for rule in GRAMMAR.rules:
        assert rule in used or f"('name', '{rule}')" in text, rule


def test_frame_and_its_structures_match_the_grammar():
    context = session.make_id_context(0, 1, samples.SALT)
    sealer = session.SendContext(
        samples.MASTER, 0, b"\x01", context, 10, 0, samples.PUMP_ID, samples.CLINIC_ID
    )
    aad = session.external_aad(1, samples.PUMP_ID, samples.CLINIC_ID, 0)
    sig_aad = cbor.encode(["vigil-rx-v1", samples.PUMP_ID])
    for rule, data in (
        ("frame", sealer.seal(300, b"body")),
        ("external-aad", aad),
        ("enc-structure", cose.enc_structure(cose.protected_header(30), aad)),
        ("sig-aad", sig_aad),
        ("sig-structure", cose.sig_structure(sig_aad, b"command")),
    ):
        assert GRAMMAR.matches(rule, cbor.decode(data)), rule
        assert not GRAMMAR.matches(rule, [1, 2, 3])


def parse_whole_command(data):
    """A command with its prescription; the pump reads them one after the other."""
    command = messages.parse_command(data)
    if command.prescription is not None:
        prescription.decode(command.prescription)


GOOD = {
    "up-body": (
        messages.parse_up,
        [
            messages.pack_telemetry(samples.telemetry()),
            messages.pack_event(samples.event()),
            messages.pack_receipt(samples.receipt()),
        ],
    ),
    "box": (messages.parse_box, [messages.pack_box(samples.box())]),
    "command": (
        parse_whole_command,
        [messages.pack_command(samples.stop()), messages.pack_command(samples.prescribe())],
    ),
    "prescription": (
        prescription.decode,
        [
            prescription.encode(samples.rx(overrides=[[2, 1], [12, 5]])),
            prescription.encode(samples.pca()),
        ],
    ),
    "hello": (link_messages.parse_hello, [link_messages.pack_hello(samples.PUMP_ID, 3)]),
    "record": (link_messages.parse_record, [link_messages.pack_record(9, 2, b"frame")]),
    "up": (
        uplink_messages.parse_up,
        [
            uplink_messages.pack_up(
                bytes(16),
                1_700_000_000_000,
                [(1, samples.PUMP_ID, 1_700_000_000_000, b"frame")],
                [(samples.PUMP_ID, 1, 1_700_000_000_000)],
            )
        ],
    ),
    "down": (
        uplink_messages.parse_down,
        [
            uplink_messages.pack_down_receipt(bytes(16), [1, 2, 3]),
            uplink_messages.pack_down_command(samples.PUMP_ID, bytes(16), b"frame"),
        ],
    ),
}
OTHER_VALUES = (
    0, 1, 2, 3, 4, 5, 6, 7, 8, -1, 600, 601, 1_000, 1_001, 65_535, 65_536, 250_000, 250_001,
    (1 << 32) - 1, 1 << 32, (1 << 40) - 1, 1 << 40, (1 << 53) - 1, 1 << 53, -(1 << 53), None,
    True, False, b"", bytes(8), bytes(16), bytes(17), bytes(32), bytes(64), "", "text", "x" * 33,
    [], [1], [[0, 7_000_000]], [[0, 49_999]], {}, {0: 1},
)  # fmt: skip


def places(value, path=()):
    """Every place inside a value, as a path of indices and keys."""
    yield path
    if isinstance(value, (list, dict)):
        for key in range(len(value)) if isinstance(value, list) else value:
            yield from places(value[key], (*path, key))


def mutated(value, path, change):
    if not path:
        return change(value)
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[path[0]] = mutated(copy[path[0]], path[1:], change)
    return copy


def accepted(parse, value) -> bool:
    try:
        parse(cbor.encode(value))
    except (Malformed, Refused):
        return False
    return True


# Fields of a prescription that are zero together or not at all.
TOGETHER = ((15, 16), (5, 17, 18), (19, 20), (21, 22))


def beyond_the_grammar(rule, value) -> bool:
    """Rules that CDDL does not say: equal counts in a box, order and togetherness in a prescription."""
    if rule == "box":
        return len(value[2]) != len(value[3])
    if rule == "command":
        return 7 in value and beyond_the_grammar("prescription", value[7])
    if rule == "prescription":
        minutes = [minute for minute, _ in value[2]]
        numbers = [number for number, _ in value[25]]
        return not (
            minutes[0] == 0
            and minutes == sorted(set(minutes))
            and numbers == sorted(set(numbers))
            and value[7] == 0
            and all(len({value[key] == 0 for key in keys}) == 1 for keys in TOGETHER)
            and all(" " <= letter <= "~" for letter in value[0] + value[11])
        )
    return False


@pytest.mark.parametrize("rule", GOOD)
def test_parser_accepts_a_changed_message_exactly_if_the_grammar_does(rule):
    parse, examples = GOOD[rule]
    noise = Noise(len(rule))
    outcomes = []
    for data in examples:
        good = cbor.decode(data, 1 << 20)
        assert GRAMMAR.matches(rule, good)
        assert accepted(parse, good)
        for path in places(good):
            changes: list = [lambda _, other=other: other for other in OTHER_VALUES]
            changes.append(lambda old: old + 1 if type(old) is int else [old])
            changes.append(lambda old: old - 1 if type(old) is int else {0: old})
            changes.append(lambda old: old[:-1] if isinstance(old, (bytes, str, list)) else old)
            changes.append(lambda old: old * 2 if isinstance(old, (bytes, list)) else old)
            changes.append(lambda old: {**old, 40: 1} if isinstance(old, dict) else old)
            number = int.from_bytes(noise.bytes(1 + noise.below(8)), "big")
            changes.append(lambda _, number=number: number)
            for change in changes:
                value = mutated(good, path, change)
                in_grammar = GRAMMAR.matches(rule, value)
                wanted = in_grammar and not beyond_the_grammar(rule, value)
                assert accepted(parse, value) == wanted, (path, value)
                outcomes.append(wanted)
    assert True in outcomes
    assert False in outcomes
