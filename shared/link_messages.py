"""Bodies of link frames (docs/PROTOCOL.md section 1). Nothing in them is trusted by either end."""

from collections import namedtuple

from shared.codes import PROTOCOL_VERSION
from shared.schema import BYTES, TEXT, U32, U53, UINT, decode_array, encode_array

# A link body holds 1,200 bytes; a frame in it leaves room for array, link_seq, urgency and length.
MAX_SEALED = 1_180

VERSION_ROW = ("version", UINT, PROTOCOL_VERSION, PROTOCOL_VERSION)
HELLO_ROWS = (VERSION_ROW, ("pump_id", BYTES, 16, 16), ("boot", UINT, 0, U32))
WELCOME_ROWS = (VERSION_ROW, ("hub_id", TEXT, 1, 64))
RECORD_ROWS = (
    ("link_seq", UINT, 0, U53),
    ("urgency", UINT, 0, 2),
    ("frame", BYTES, 1, MAX_SEALED),
)
# STORED: link_seq. PING, PONG: a running number.
NUMBER_ROWS = (("number", UINT, 0, U53),)
COMMAND_FRAME_ROWS = (("frame", BYTES, 1, MAX_SEALED),)

Hello = namedtuple("Hello", ("version", "pump_id", "boot"))
Welcome = namedtuple("Welcome", ("version", "hub_id"))
Record = namedtuple("Record", ("link_seq", "urgency", "frame"))


def pack_hello(pump_id: bytes, boot: int) -> bytes:
    return encode_array((PROTOCOL_VERSION, pump_id, boot), HELLO_ROWS)


def parse_hello(body: bytes) -> Hello:
    return Hello(*decode_array(body, HELLO_ROWS))


def pack_welcome(hub_id: str) -> bytes:
    return encode_array((PROTOCOL_VERSION, hub_id), WELCOME_ROWS)


def parse_welcome(body: bytes) -> Welcome:
    return Welcome(*decode_array(body, WELCOME_ROWS))


def pack_record(link_seq: int, urgency: int, frame: bytes) -> bytes:
    return encode_array((link_seq, urgency, frame), RECORD_ROWS)


def parse_record(body: bytes) -> Record:
    return Record(*decode_array(body, RECORD_ROWS))


def pack_number(number: int) -> bytes:
    """Body of STORED, PING and PONG."""
    return encode_array((number,), NUMBER_ROWS)


def parse_number(body: bytes) -> int:
    return decode_array(body, NUMBER_ROWS)[0]


def pack_command_frame(frame: bytes) -> bytes:
    return encode_array((frame,), COMMAND_FRAME_ROWS)


def parse_command_frame(body: bytes) -> bytes:
    return decode_array(body, COMMAND_FRAME_ROWS)[0]
