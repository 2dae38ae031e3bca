"""SSD1306 128x64 display. Source: Solomon Systech data sheet rev 1.1, section 8.1.5 (I2C) and 9 (commands).

Holds the 1,024 bytes of display memory in page order. A control byte says whether commands (bit 6 clear) or data (bit 6 set) follow, one of
them (bit 7 set) or all up to the stop.
"""

import lockstep
from words import (
    FAULT_DISPLAY_SILENT,
    FLAG_SCREEN,
    FLAG_SCREEN_INVERSE,
    FLAG_SCREEN_ON,
    REP_FAULTS,
    REQ_CONTRAST,
    REQ_FLAGS,
    REQ_LOAD_MA,
)  # fmt: skip

_LIT_MA = 8
_ARGUMENTS = {
    0x20: 1, 0x21: 2, 0x22: 2, 0x26: 6, 0x27: 6, 0x29: 5, 0x2A: 5, 0x81: 1, 0x8D: 1, 0xA3: 2, 0xA8: 1, 0xD3: 1, 0xD5: 1, 0xD9: 1, 0xDA: 1, 0xDB: 1,
}  # fmt: skip
_PAGE_MODE = 2
_CONTRAST_AFTER_RESET = 0x7F


class SSD1306:
    address = 0x3C

    def __init__(self):
        self.memory = bytearray(1024)
        self._changed = True
        self._on = False
        self._inverse = False
        self._charge_pump = False
        self._contrast = _CONTRAST_AFTER_RESET
        self._mode = _PAGE_MODE
        self._column = 0
        self._page = 0
        self._column_first = 0
        self._column_last = 127
        self._page_first = 0
        self._page_last = 7
        self._want_control = True
        self._is_data = False
        self._single = False
        self._command = 0
        self._missing = 0  # arguments still to come
        self._arguments = bytearray(6)
        self._argument_count = 0
        lockstep.reporters.append(self)
        lockstep.tails.append(self)

    def answers(self):
        return not lockstep.senses[REP_FAULTS] & FAULT_DISPLAY_SILENT

    def report(self, request, end_us):
        if self._changed:
            request[REQ_FLAGS] |= FLAG_SCREEN
        if self._on and self._charge_pump:
            request[REQ_FLAGS] |= FLAG_SCREEN_ON
            request[REQ_LOAD_MA] += _LIT_MA
        request[REQ_CONTRAST] = self._contrast
        if self._inverse:
            request[REQ_FLAGS] |= FLAG_SCREEN_INVERSE

    def send(self, pipe):
        if self._changed:
            pipe.write(self.memory)
            self._changed = False

    def receive(self, pipe, senses):
        pass

    def begin(self):
        self._want_control = True

    def end(self):
        pass

    def read_into(self, buf):
        for i in range(len(buf)):
            buf[i] = 0 if self._on else 0x40

    def write(self, buf, count):
        i = 0
        while i < count:
            if self._want_control:
                self._is_data = bool(buf[i] & 0x40)
                self._single = bool(buf[i] & 0x80)
                self._want_control = False
                i += 1
            elif self._is_data and not self._single and self._mode == 0:
                self._fill(buf, i, count)
                return
            else:
                if self._is_data:
                    self._put(buf[i])
                else:
                    self._take(buf[i])
                self._want_control = self._single
                i += 1

    @micropython.native  # noqa: F821
    def _fill(self, buf, i, count):
        """Data in horizontal mode: along the column window, then to the next page of the page window."""
        memory = self.memory
        column = self._column
        page = self._page
        last = self._column_last
        while i < count:
            memory[page * 128 + column] = buf[i]
            i += 1
            if column == last:
                column = self._column_first
                page = self._page_first if page == self._page_last else (page + 1) & 7
            else:
                column = (column + 1) & 127
        self._column = column
        self._page = page
        self._changed = True

    def _put(self, value):
        if self._mode == 0:
            self._arguments[0] = value
            self._fill(self._arguments, 0, 1)
            return
        self.memory[self._page * 128 + self._column] = value
        self._changed = True
        if self._mode == _PAGE_MODE:
            self._column = (self._column + 1) & 127
        elif self._page == self._page_last:
            self._page = self._page_first
            at_end = self._column == self._column_last
            self._column = self._column_first if at_end else (self._column + 1) & 127
        else:
            self._page = (self._page + 1) & 7

    def _take(self, value):
        """One byte of the command stream."""
        if self._missing:
            self._arguments[self._argument_count] = value
            self._argument_count += 1
            self._missing -= 1
            if self._missing == 0:
                self._apply_with_arguments()
            return
        self._command = value
        self._argument_count = 0
        if value in _ARGUMENTS:
            self._missing = _ARGUMENTS[value]
        elif value & 0xFE == 0xAE:
            self._on = bool(value & 1)
        elif value & 0xFE == 0xA6:
            self._inverse = bool(value & 1)
        elif self._mode == _PAGE_MODE and value < 0x10:
            self._column = (self._column & 0x70) | value
        elif self._mode == _PAGE_MODE and value < 0x20:
            self._column = (self._column & 0x0F) | (value & 7) << 4
        elif self._mode == _PAGE_MODE and value & 0xF8 == 0xB0:
            self._page = value & 7

    def _apply_with_arguments(self):
        first = self._arguments[0]
        second = self._arguments[1]
        if self._command == 0x20:
            self._mode = first & 3
        elif self._command == 0x21:
            self._column_first = self._column = first & 127
            self._column_last = second & 127
        elif self._command == 0x22:
            self._page_first = self._page = first & 7
            self._page_last = second & 7
        elif self._command == 0x81:
            self._contrast = first
        elif self._command == 0x8D:
            self._charge_pump = bool(first & 4)
