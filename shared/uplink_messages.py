"""Payloads between hub and clinic (docs/PROTOCOL.md section 3). Never loaded on a pump.

The broker carries these; the sealed frames in them stay sealed. Everything raises `Malformed`.
"""

from collections import namedtuple

from shared import cbor
from shared.codes import PROTOCOL_VERSION, Uplink
from shared.errors import Malformed
from shared.link_messages import MAX_SEALED
from shared.schema import BYTES, LIST, U53, UINT, check, check_each, check_row_of

MAX_RECORDS = 64
MAX_LINKS = 1_024
# 64 records of the longest frame and 1,024 links of 30 bytes, rounded up.
MAX_UP = 131_072
# 4,096 receipts of nine bytes, rounded up.
MAX_DOWN = 40_960

UP_ROWS = (
    ("version", UINT, PROTOCOL_VERSION, PROTOCOL_VERSION),
    ("outbox_uuid", BYTES, 16, 16),
    ("sent_unix_ms", UINT, 0, U53),
    ("records", LIST, 0, MAX_RECORDS),
    ("links", LIST, 0, MAX_LINKS),
)
UP_RECORD_ROWS = (
    ("outbox_id", UINT, 0, U53),
    ("pump_id", BYTES, 16, 16),
    ("received_unix_ms", UINT, 0, U53),
    ("frame", BYTES, 1, MAX_SEALED),
)
LINK_ROWS = (
    ("pump_id", BYTES, 16, 16),
    ("connected", UINT, 0, 1),
    ("last_heard_unix_ms", UINT, 0, U53),
)
DOWN_RECEIPT_ROWS = (
    ("down", UINT, Uplink.RECEIPT, Uplink.RECEIPT),
    ("outbox_uuid", BYTES, 16, 16),
    ("outbox_ids", LIST, 0, 4_096),
)
OUTBOX_ID_ROW = ("outbox_ids", UINT, 0, U53)
DOWN_COMMAND_ROWS = (
    ("down", UINT, Uplink.COMMAND, Uplink.COMMAND),
    ("pump_id", BYTES, 16, 16),
    ("cmd_id", BYTES, 16, 16),
    ("frame", BYTES, 1, MAX_SEALED),
)

Up = namedtuple("Up", [row[0] for row in UP_ROWS[1:]])
UpRecord = namedtuple("UpRecord", [row[0] for row in UP_RECORD_ROWS])
LinkState = namedtuple("LinkState", [row[0] for row in LINK_ROWS])
DownReceipt = namedtuple("DownReceipt", [row[0] for row in DOWN_RECEIPT_ROWS[1:]])
DownCommand = namedtuple("DownCommand", [row[0] for row in DOWN_COMMAND_ROWS[1:]])


def pack_up(outbox_uuid: bytes, sent_unix_ms: int, records, links) -> bytes:
    """`records` of UpRecord and `links` of LinkState, or plain tuples of the same order."""
    values = (PROTOCOL_VERSION, outbox_uuid, sent_unix_ms, records, links)
    _check_up(values)
    return cbor.encode(values)


def parse_up(payload: bytes) -> Up:
    values = cbor.decode(payload, MAX_UP)
    _check_up(values)
    records = [UpRecord(*record) for record in values[3]]
    links = [LinkState(*link) for link in values[4]]
    return Up(values[1], values[2], records, links)


def pack_down_receipt(outbox_uuid: bytes, outbox_ids) -> bytes:
    values = (Uplink.RECEIPT, outbox_uuid, outbox_ids)
    _check_receipt(values)
    return cbor.encode(values)


def pack_down_command(pump_id: bytes, cmd_id: bytes, frame: bytes) -> bytes:
    values = (Uplink.COMMAND, pump_id, cmd_id, frame)
    check_row_of(values, DOWN_COMMAND_ROWS)
    return cbor.encode(values)


def parse_down(payload: bytes) -> DownReceipt | DownCommand:
    """What the clinic sent to a hub, told apart by its first element."""
    values = cbor.decode(payload, MAX_DOWN)
    if type(values) is not list or not values:
        raise Malformed(Malformed.SHAPE)
    check(values[0], ("down", UINT, Uplink.RECEIPT, Uplink.COMMAND), 0)
    if values[0] == Uplink.RECEIPT:
        _check_receipt(values)
        return DownReceipt(*values[1:])
    check_row_of(values, DOWN_COMMAND_ROWS)
    return DownCommand(*values[1:])


def _check_up(values) -> None:
    check_row_of(values, UP_ROWS)
    for record in values[3]:
        check_row_of(record, UP_RECORD_ROWS)
    for link in values[4]:
        check_row_of(link, LINK_ROWS)


def _check_receipt(values) -> None:
    check_row_of(values, DOWN_RECEIPT_ROWS)
    check_each(values[2], OUTBOX_ID_ROW, 2)
