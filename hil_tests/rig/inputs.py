"""What is done to a board: keys, contacts, the cable's bytes, and faults of its parts. One of the two halves that `Rig` is made of."""

from __future__ import annotations

from hil_tests.plant.interface import Plant
from hil_tests.rig.faults import Faults
from hil_tests.rig.own_supply import RealTimeClock
from hil_tests.virtual_board import words as w

PENDANT = 6  # shared.codes.Key
# Bits of Senses.open_mask, in the order of their contacts.
FITTINGS = ("door", "cassette", "bag")
_PERCENT = 100
# Pairs of contacts in their order on the shift register: the fault that makes them equal.
_PAIRS_BROKEN = ("pendant_broken", *(f"{name}_broken" for name in FITTINGS))
# Sense, fault, flag of a reply.
_ANSWERS = (
    ("downstream_answers", "downstream_silent", w.SENSE_DOWNSTREAM_ANSWERS),
    ("upstream_answers", "upstream_silent", w.SENSE_UPSTREAM_ANSWERS),
    ("encoder_answers", "encoder_silent", w.SENSE_ENCODER_ANSWERS),
)


class Inputs:
    """Base of `Rig`. faults: what is wrong with the parts now. real_time_clock: the hands of the PCF8563."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.faults = Faults()
        self.real_time_clock = RealTimeClock()
        self._keys = 0
        self._pressed = 0  # since the last reply, whether let go again or not
        self._uart_in = bytearray()
        self._bounced = False
        self._motor_rest = 0

    def press(self, key: int) -> None:
        self._keys |= 1 << key
        self._pressed |= 1 << key

    def release(self, key: int) -> None:
        self._keys &= ~(1 << key)

    def pendant(self, down: bool) -> None:
        """Press the patient's button or let it go."""
        if down:
            self.press(PENDANT)
        else:
            self.release(PENDANT)

    def fittings(self, *, open: int | None = None, broken: int | None = None) -> None:
        """Masks of door 1, cassette 2, bag 4: which stand open, and of which both contacts are equal. None: as it was."""
        if open is not None:
            self.plant.senses.open_mask = open
        if broken is not None:
            for place, name in enumerate(_PAIRS_BROKEN[1:]):
                self.faults.set(name, bool(broken >> place & 1))

    @property
    def skin_centi_c(self) -> int:
        """Temperature of the skin face, 1/100 degree Celsius."""
        return self.plant.senses.skin_centi_c

    @skin_centi_c.setter
    def skin_centi_c(self, value: int) -> None:
        self.plant.senses.skin_centi_c = value

    def clock_fault(self, rate_permille: int = 1_000, stopped: bool = False) -> None:
        """How the real-time clock goes from now on. Without arguments: right again."""
        self.faults.set("clock_rate", 0 if rate_permille == 1_000 else rate_permille)
        self.faults.set("clock_stopped", stopped)

    def set_fault(self, name: str, value: int | bool = True) -> None:
        """A fault of rig/faults.py: True gives it its usual value, False mends it. ValueError: no such fault, or not that value."""
        self.faults.set(name, value)

    def give_uart(self, data: bytes) -> None:
        """Bytes for the board; they arrive as fast as the wire allows."""
        self._uart_in += data

    # -- what the rig makes of it --------------------------------------------------------------

    def _turned_steps(self, pulsed: int, supplied: bool, interval_us: int) -> int:
        """What the roller turns for so many pulses, by the faults of its motor. Fractions are carried on."""
        faults = self.faults
        share = _PERCENT + faults.of("motor_overshoots") - faults.of("motor_loses_steps")
        runaway = faults.of("motor_runaway") if supplied else 0
        if share == _PERCENT and not runaway:
            return pulsed
        whole = _PERCENT * 1_000_000
        turned = pulsed * share * 1_000_000 + runaway * interval_us * _PERCENT + self._motor_rest
        self._motor_rest = turned % whole
        return turned // whole

    def _pass_clock(self, interval_us: int) -> None:
        """The real-time clock goes on, whether the board has power or not."""
        rate_permille = self.faults.of("clock_rate") or 1_000
        if self.faults.of("clock_stopped"):
            rate_permille = 0
        self.real_time_clock.advance(interval_us, rate_permille)

    def _contacts(self) -> int:
        """Levels on the shift register: of each pair the first is low when it is made, the second when it is not."""
        made = [bool(self._keys >> PENDANT & 1)]
        made += [not self.plant.senses.open_mask >> place & 1 for place in range(len(FITTINGS))]
        if self.faults.of("door_bounces"):
            self._bounced = not self._bounced
            made[1] = self._bounced
        levels = 0
        for place, broken in enumerate(_PAIRS_BROKEN):
            first = 0 if made[place] else 1
            second = first if self.faults.of(broken) else 1 - first
            levels |= (first | second << 1) << 2 * place
        return levels

    def _reply(self, interval_us: int, reserve_mv: int, cut: tuple[int, int]) -> list[int]:
        """The words of a reply but for REP_UART_BYTES. cut: of `power_cut_at_write`."""
        senses, faults = self.plant.senses, self.faults
        words = [0] * w.WORDS
        words[w.REP_INTERVAL_US] = interval_us
        words[w.REP_ENCODER] = senses.encoder_count
        words[w.REP_DOWNSTREAM_PA] = senses.downstream_pa + faults.of("downstream_drift")
        words[w.REP_UPSTREAM_PA] = senses.upstream_pa + faults.of("upstream_drift")
        words[w.REP_AIR_MV] = senses.air_mv
        words[w.REP_BATTERY_MV] = max(0, senses.battery_mv - faults.of("battery_sags"))
        words[w.REP_BATTERY_PERMILLE] = senses.battery_permille
        for answers, silent, bit in _ANSWERS:
            if getattr(senses, answers) and not faults.of(silent):
                words[w.REP_FLAGS] |= bit
        if senses.stall:
            words[w.REP_FLAGS] |= w.SENSE_STALL
        words[w.REP_KEYS] = self._keys
        words[w.REP_TAPPED] = self._pressed & ~self._keys
        self._pressed = 0
        words[w.REP_FAULTS] = faults.board_bits
        words[w.REP_CUT_AT_WRITE], words[w.REP_CUT_PERMILLE] = cut
        words[w.REP_CONTACTS] = self._contacts()
        words[w.REP_SKIN_CENTI_C] = senses.skin_centi_c
        words[w.REP_CLOCK_S] = self.real_time_clock.seconds
        words[w.REP_TICKS_MS] = faults.of("ticks_jumped")
        words[w.REP_RESERVE_MV] = reserve_mv
        return words
