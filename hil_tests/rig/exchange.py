"""The bytes of one exchange: a reply packed, a request read. Layout: virtual_board/words.py."""

from __future__ import annotations

import struct
from typing import Protocol

from hil_tests.rig.interpreter import Interpreter
from hil_tests.virtual_board import words as w

SCREEN_BYTES = 1024
_MESSAGE = struct.Struct(f"<{w.WORDS}i")


class Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


def pack_reply(words: list[int], uart: bytes) -> bytes:
    """`words` but for REP_UART_BYTES, which is set here."""
    words[w.REP_UART_BYTES] = len(uart)
    return _MESSAGE.pack(*words) + uart


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
