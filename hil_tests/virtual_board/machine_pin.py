"""`machine.Pin` of the ESP32 port. One object a pin number, as on the chip."""

import lockstep
import wiring

PIN_COUNT = 49
_levels = bytearray(PIN_COUNT)  # of the output latch
_modes = bytearray(PIN_COUNT)
_pins = [None] * PIN_COUNT
_watched = []  # pins with an interrupt handler
irq_enabled = True


class Pin:
    IN = 1
    OUT = 3
    OPEN_DRAIN = 7
    PULL_DOWN = 1
    PULL_UP = 2
    IRQ_RISING = 1
    IRQ_FALLING = 2
    WAKE_LOW = 4
    WAKE_HIGH = 5
    DRIVE_0 = 0
    DRIVE_1 = 1
    DRIVE_2 = 2
    DRIVE_3 = 3

    def __new__(cls, id, *args, **kwargs):
        if type(id) is not int or not 0 <= id < PIN_COUNT or 22 <= id <= 25:
            raise ValueError("invalid pin")
        if _pins[id] is None:
            _pins[id] = object.__new__(cls)
            _pins[id].id = id
            _pins[id]._pull = None
            _pins[id]._handler = None
            _pins[id]._trigger = 0
            _pins[id]._seen = 0
        return _pins[id]

    def __init__(self, id, mode=-1, pull=-1, *, value=None, drive=None, hold=None):
        self.init(mode, pull, value=value, drive=drive, hold=hold)

    def __repr__(self):
        return "Pin(%d)" % self.id

    def init(self, mode=-1, pull=-1, *, value=None, drive=None, hold=None):
        pin = self.id
        if pull != -1:
            self._pull = pull
        if mode not in (-1, self.IN, self.OUT, self.OPEN_DRAIN):
            raise ValueError("invalid pin mode")
        if value is not None:
            self._latch(1 if value else 0)
        if mode == -1:
            return
        _modes[pin] = mode
        if mode == self.IN:
            wiring.release(pin)
        else:
            wiring.drive(pin, _levels[pin], False)

    def value(self, level=None):
        if level is None:
            return self._read()
        self._latch(1 if level else 0)

    def __call__(self, level=None):
        if level is None:
            return self._read()
        self._latch(1 if level else 0)

    def on(self):
        self._latch(1)

    def off(self):
        self._latch(0)

    def toggle(self):
        self._latch(1 - _levels[self.id])

    def irq(self, handler=None, trigger=3, wake=None):
        """The handler runs at the end of a sleep, with the senses that changed the pin."""
        self._handler = handler
        self._trigger = trigger
        self._seen = self._read()
        if handler is not None and self not in _watched:
            _watched.append(self)
        elif handler is None and self in _watched:
            _watched.remove(self)
        return self

    def _latch(self, level):
        pin = self.id
        changed = _levels[pin] != level
        _levels[pin] = level
        if _modes[pin] >= Pin.OUT:
            wiring.drive(pin, level, changed)

    def _read(self):
        pin = self.id
        if _modes[pin] == Pin.OUT or (_modes[pin] == Pin.OPEN_DRAIN and not _levels[pin]):
            return _levels[pin]
        level = wiring.driven_from_outside(pin)
        if level < 0:
            return 1 if self._pull == Pin.PULL_UP else 0
        return level


class _Interrupts:
    """Calls the handlers of pins whose level changed."""

    def sensed(self, senses):
        if irq_enabled:
            for pin in _watched:
                level = pin._read()
                if level != pin._seen:
                    pin._seen = level
                    if pin._trigger & (Pin.IRQ_RISING if level else Pin.IRQ_FALLING):
                        pin._handler(pin)
                elif wiring.tapped(pin.id):
                    pin._handler(pin)


interrupts = _Interrupts()
lockstep.listeners.append(interrupts)


def number_of(pin):
    """GPIO number of a Pin or of a number."""
    return pin if type(pin) is int else pin.id
