"""Bodies inside the sealed frame: docs/PROTOCOL.md 2.1 and 2.2 as tables, packed and parsed.

Both directions check the same rows, so that nothing leaves that the other end would refuse.
Everything raises `Malformed`, with the index or key and the name of the element.
Bodies of link frames are in link_messages.py (also reachable from here), of the uplink in
uplink_messages.py.
"""

from collections import namedtuple

from shared import cbor
from shared.codes import STATE_COUNT, Body
from shared.codes import Command as CommandKind
from shared.errors import Malformed
from shared.link_messages import (
    Hello,
    Record,
    Welcome,
    pack_command_frame,
    pack_hello,
    pack_number,
    pack_record,
    pack_welcome,
    parse_command_frame,
    parse_hello,
    parse_number,
    parse_record,
    parse_welcome,
)
from shared.schema import (
    BYTES,
    INT,
    LIST,
    OPTIONAL_UINT,
    U16,
    U32,
    U40,
    U53,
    UINT,
    check,
    check_each,
    check_row_of,
)

# One door for the pump's link as well.
__all__ = (
    "Command",
    "CommandBox",
    "Event",
    "Hello",
    "Malformed",
    "Receipt",
    "Record",
    "Telemetry",
    "Welcome",
    "pack_box",
    "pack_command",
    "pack_command_frame",
    "pack_event",
    "pack_hello",
    "pack_number",
    "pack_receipt",
    "pack_record",
    "pack_telemetry",
    "pack_welcome",
    "parse_box",
    "parse_command",
    "parse_command_frame",
    "parse_hello",
    "parse_number",
    "parse_record",
    "parse_up",
    "parse_welcome",
)

KIND_ROW = ("body", UINT, 0, 23)

TELEMETRY_ROWS = (
    ("boot", UINT, 0, U32),
    ("mono_ms", UINT, 0, U53),
    ("wall_s", OPTIONAL_UINT, 0, U53),
    ("wall_quality", UINT, 0, 3),
    ("rx_version", UINT, 0, U32),
    ("rx_hash", BYTES, 8, 8),
    ("state", UINT, 0, STATE_COUNT - 1),
    ("rate_nl_h", UINT, 0, U32),
    ("total_min_nl", UINT, 0, U53),
    ("total_max_nl", UINT, 0, U53),
    # Signed: if ever more than the VTBI was delivered, that must reach the clinic, not vanish.
    ("left_nl", INT, -U53, U53),
    ("battery_permille", UINT, 0, 1_000),
    ("alarms", UINT, 0, U32),
    ("challenge", BYTES, 8, 8),
    ("log_seq", UINT, 0, U32),
    ("log_head", BYTES, 16, 16),
    ("last_cmd", UINT, 0, U40),
    # Twice the sensor's span to either side: a faulty reading is shown, not lost.
    ("pressure_pa", INT, -250_000, 250_000),
    ("acknowledged", UINT, 0, U32),
    ("sample", UINT, 0, 1),
)
EVENT_ROWS = (
    ("log_seq", UINT, 0, U32),
    ("boot", UINT, 0, U32),
    ("mono_ms", UINT, 0, U53),
    ("code", UINT, 0, U16),
    ("args", LIST, 0, 8),
)
EVENT_ARG_ROW = ("args", INT, -U53, U53)
RECEIPT_ROWS = (
    ("cmd_id", BYTES, 16, 16),
    ("stage", UINT, 1, 6),
    ("reason", UINT, 0, U16),
    ("rx_version", UINT, 0, U32),
    ("rx_hash", BYTES, 8, 8),
)
BOX_ROWS = (
    ("command", BYTES, 1, 1_000),
    ("signatures", LIST, 0, 2),
    ("key_ids", LIST, 0, 2),
)
SIGNATURE_ROW = ("signatures", BYTES, 64, 64)
KEY_ID_ROW = ("key_ids", BYTES, 8, 8)

# A command is a map; the row's index is its key. The prescription stays encoded: see Command.
COMMAND_ROWS = (
    ("kind", UINT, 0, 23),
    ("cmd_id", BYTES, 16, 16),
    ("pump_id", BYTES, 16, 16),
    ("challenge", BYTES, 8, 8),
    ("version", UINT, 1, U32),
    ("replaces", BYTES, 32, 32),
    ("valid_s", UINT, 0, 600),
)
PRESCRIPTION_KEY = 7
ALWAYS_KEYS = (0, 1, 2, 3, 6)
PRESCRIPTION_KEYS = (0, 1, 2, 3, 4, 5, 6, 7)

Telemetry = namedtuple("Telemetry", [row[0] for row in TELEMETRY_ROWS])
Event = namedtuple("Event", [row[0] for row in EVENT_ROWS])
Receipt = namedtuple("Receipt", [row[0] for row in RECEIPT_ROWS])
CommandBox = namedtuple("CommandBox", [row[0] for row in BOX_ROWS])
# prescription: its canonical encoding as signed, for shared.prescription, or None.
Command = namedtuple("Command", [row[0] for row in COMMAND_ROWS] + ["prescription"])


def pack_telemetry(telemetry: Telemetry) -> bytes:
    return _pack(Body.TELEMETRY, telemetry, TELEMETRY_ROWS)


def pack_event(event: Event) -> bytes:
    check_row_of(event, EVENT_ROWS, 1)
    check_each(event.args, EVENT_ARG_ROW, len(EVENT_ROWS))
    return cbor.encode((Body.EVENT,) + tuple(event))


def pack_receipt(receipt: Receipt) -> bytes:
    return _pack(Body.RECEIPT, receipt, RECEIPT_ROWS)


def parse_up(data: bytes) -> Telemetry | Event | Receipt:
    """A body of the pump, told apart by its first element. `args` of an event is a list."""
    kind, values = _split(data)
    if kind == Body.TELEMETRY:
        check_row_of(values, TELEMETRY_ROWS, 1)
        return Telemetry(*values)
    if kind == Body.EVENT:
        check_row_of(values, EVENT_ROWS, 1)
        check_each(values[4], EVENT_ARG_ROW, len(EVENT_ROWS))
        return Event(*values)
    if kind == Body.RECEIPT:
        check_row_of(values, RECEIPT_ROWS, 1)
        return Receipt(*values)
    raise Malformed(Malformed.RANGE, 0, "body")


def pack_box(box: CommandBox) -> bytes:
    _check_box(box)
    return cbor.encode((Body.COMMAND_BOX,) + tuple(box))


def parse_box(data: bytes) -> CommandBox:
    """The outer body of a command. Says nothing about the command in it."""
    kind, values = _split(data)
    if kind != Body.COMMAND_BOX:
        raise Malformed(Malformed.RANGE, 0, "body")
    _check_box(values)
    return CommandBox(*values)


def pack_command(command: Command) -> bytes:
    """The bytes that two clinicians sign. Fields that a kind does not have must be None."""
    fields = {}
    for key in range(PRESCRIPTION_KEY):
        if command[key] is not None:
            fields[key] = command[key]
    if command.prescription is not None:
        fields[PRESCRIPTION_KEY] = cbor.decode(command.prescription)
    _check_command(fields)
    return cbor.encode(fields)


def parse_command(data: bytes) -> Command:
    """The command. An unknown kind parses if it has no more than the common fields."""
    fields = cbor.decode(data)
    _check_command(fields)
    values = [fields.get(key) for key in range(PRESCRIPTION_KEY)]
    terms = fields.get(PRESCRIPTION_KEY)
    # One value has one encoding, so these are the signed bytes again.
    values.append(None if terms is None else cbor.encode(terms))
    return Command(*values)


def _pack(kind: int, values, rows: tuple) -> bytes:
    check_row_of(values, rows, 1)
    return cbor.encode((kind,) + tuple(values))


def _split(data: bytes) -> tuple:
    values = cbor.decode(data)
    if type(values) is not list or not values:
        raise Malformed(Malformed.SHAPE)
    check(values[0], KIND_ROW, 0)
    return values[0], values[1:]


def _check_box(values) -> None:
    check_row_of(values, BOX_ROWS, 1)
    check_each(values[1], SIGNATURE_ROW, 2)
    check_each(values[2], KEY_ID_ROW, 3)
    if len(values[1]) != len(values[2]):
        raise Malformed(Malformed.SHAPE, 3, "key_ids")


def _check_command(fields) -> None:
    if type(fields) is not dict:
        raise Malformed(Malformed.SHAPE)
    if 0 not in fields:
        raise Malformed(Malformed.FIELD, 0, "kind")
    check(fields[0], COMMAND_ROWS[0], 0)
    keys = PRESCRIPTION_KEYS if fields[0] == CommandKind.PRESCRIPTION else ALWAYS_KEYS
    for key in sorted(fields):
        if key not in keys:
            raise Malformed(Malformed.FIELD, key)
    for key in keys:
        if key not in fields:
            raise Malformed(Malformed.FIELD, key)
        if key != PRESCRIPTION_KEY:
            check(fields[key], COMMAND_ROWS[key], key)
        elif type(fields[key]) is not dict:
            raise Malformed(Malformed.TYPE, key, "prescription")
