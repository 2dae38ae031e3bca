"""The bytes of one exchange: what is packed into a reply, and what a request consists of. Layout: virtual_board/words.py."""

from __future__ import annotations

import struct
from typing import Protocol

from hil_tests.plant.interface import Senses
from hil_tests.rig.interpreter import Interpreter
from hil_tests.virtual_board import words as w

SCREEN_BYTES = 1024
_MESSAGE = struct.Struct(f"<{w.WORDS}i")


class Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


def pack_reply(
    interval_us: int,
    senses: Senses,
    keys: int,
    tapped: int,
    faults: int,
    uart: bytes,
    cut: tuple[int, int],
) -> bytes:
    """`tapped`: keys that went down and up again since the last reply.

    `cut`: in which store operation power fails (0 none), and how much of it is done, in permille.
    """
    flags = (
        (w.SENSE_STALL if senses.stall else 0)
        | (w.SENSE_DOWNSTREAM_ANSWERS if senses.downstream_answers else 0)
        | (w.SENSE_UPSTREAM_ANSWERS if senses.upstream_answers else 0)
        | (w.SENSE_ENCODER_ANSWERS if senses.encoder_answers else 0)
    )
    head = _MESSAGE.pack(
        interval_us,
        senses.encoder_count,
        senses.downstream_pa,
        senses.upstream_pa,
        senses.air_mv,
        senses.battery_mv,
        senses.battery_permille,
        flags,
        keys,
        faults,
        len(uart),
        cut[0],
        cut[1],
        tapped,
        0,
        0,
    )
    return head + uart if uart else head


def read_request(board: Interpreter, log: Hash) -> tuple[tuple[int, ...], bytes, bytes]:
    """(words, display memory or nothing, bytes on the link). BoardLost: none came."""
    message = board.receive(w.MESSAGE_BYTES)
    log.update(message)
    words = _MESSAGE.unpack(message)
    screen = uart = b""
    if words[w.REQ_KIND] == w.KIND_SLEEP:
        if words[w.REQ_FLAGS] & w.FLAG_SCREEN:
            screen = board.receive(SCREEN_BYTES)
            log.update(screen)
        if words[w.REQ_UART_BYTES]:
            uart = board.receive(words[w.REQ_UART_BYTES])
            log.update(uart)
    return words, screen, uart
