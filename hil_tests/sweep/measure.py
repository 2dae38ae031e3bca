"""Make one fault in a running pump, and look what it does: in every exchange with the board, with the plant's own truth about the roller."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hil_tests.sweep.model import Row, Seen
from hil_tests.sweep.pump import MODES, bring_to, switched_on
from hil_tests.sweep.steps import PLANTED
from hil_tests.tests.pump_bench import PumpBench
from shared.codes import Event

AFTER_MS = 5_000
# A roller that has not turned for this long stands: at 1 mL/h it turns in every frame.
STILL_MS = 1_000
_PL_PER_UL = 1_000_000
_MS_PER_H = 3_600_000


class Watch:
    """Looks after each exchange. rate_nl_h: what is prescribed from the fault on."""

    def __init__(self, bench: PumpBench, rate_nl_h: int) -> None:
        self._bench = bench
        self._rate_nl_h = rate_nl_h
        self._from_ms = self._moved_ms = bench.rig.now_ms
        self._first_steps = self._steps = bench.plant.roller_steps
        self._resets = len(bench.rig.resets)
        bench.events.clear()
        self.told_ms: int | None = None
        self.excess_pl = self.short_pl = 0

    @property
    def ms(self) -> int:
        return self._bench.rig.now_ms - self._from_ms

    @property
    def stands(self) -> bool:
        return self._bench.rig.now_ms - self._moved_ms >= STILL_MS

    def look(self) -> None:
        bench = self._bench
        rig, steps = bench.rig, bench.plant.roller_steps
        if self.told_ms is None and (any(rig.led) or rig.sounder_hz or rig.reserve_sounding):
            self.told_ms = self.ms
        if steps != self._steps:
            self._steps, self._moved_ms = steps, rig.now_ms
        given_pl = (steps - self._first_steps) * bench.plant.config.true_pl_per_step
        over_pl = given_pl - self._rate_nl_h * 1_000 * self.ms // _MS_PER_H
        self.excess_pl = max(self.excess_pl, over_pl)
        if self.told_ms is None:
            self.short_pl = max(self.short_pl, -over_pl)

    def seen(self) -> Seen:
        bench = self._bench
        raised = {event.args[0] for event in bench.events if event.code == Event.ALARM_RAISED}
        standing = self._moved_ms - self._from_ms if self.stands else None
        return Seen(
            alarms=tuple(sorted(raised)),
            told_ms=self.told_ms,
            stands_ms=standing,
            excess_ul=self.excess_pl / _PL_PER_UL,
            short_ul=self.short_pl / _PL_PER_UL,
            state=bench.state,
            resets=len(bench.rig.resets) - self._resets,
        )


def measure(row: Row, folder: Path) -> Seen:
    """One run. folder: for the board's memories, must not exist."""
    mode = MODES[row.mode]
    step = str(row.how[1]) if row.how[0] == "step" else ""
    with switched_on(row.name, mode, folder, step) as bench:
        if step:
            bench.start()
            bench.until(lambda: PLANTED in bench.rig.console())
        else:
            bring_to(mode, bench)
        watch = Watch(bench, mode.rate_nl_h)
        each = _make(row, bench)

        def run(until: Callable[[], bool], ms: int) -> None:
            end_ms = watch.ms + ms
            while watch.ms < end_ms and not until():
                each()
                bench.step()
                watch.look()

        def reacted() -> bool:
            if not row.alarms or row.stands_s is None:
                return False  # nothing to wait for: the whole time is looked at
            return watch.stands and {*row.alarms} <= {*watch.seen().alarms}

        run(reacted, row.watch_s * 1_000)
        run(lambda: False, AFTER_MS)
        return watch.seen()


def _nothing() -> None:
    pass


def _make(row: Row, bench: PumpBench) -> Callable[[], None]:
    """Make the fault. What is returned is called before every exchange from now on."""
    kind, *values = row.how
    return _MAKERS[str(kind)](bench, *values)


def _fault(bench: PumpBench, name: str, value: int | bool = True) -> Callable[[], None]:
    bench.rig.set_fault(name, value)
    return _nothing


def _stimulus(bench: PumpBench, name: str, values: dict[str, int | str]) -> Callable[[], None]:
    bench.plant.stimulate(name, **values)
    return _nothing


def _stall(bench: PumpBench, ms: int, times: int) -> Callable[[], None]:
    left = [times]

    def once_more() -> None:
        if left[0]:
            left[0] -= 1
            bench.rig.stall(ms)

    return once_more


def _power(bench: PumpBench) -> Callable[[], None]:
    bench.rig.power_cut()
    back_ms = bench.rig.now_ms + 1_000

    def again() -> None:
        if not bench.rig.powered and bench.rig.now_ms >= back_ms:
            bench.rig.power_on()

    return again


def _key(bench: PumpBench, key: int) -> Callable[[], None]:
    bench.rig.press(key)
    return _nothing


def _step(bench: PumpBench, name: str) -> Callable[[], None]:
    return _nothing  # it has raised already, by itself


_MAKERS: dict[str, Callable[..., Callable[[], None]]] = {
    "fault": _fault,
    "stimulus": _stimulus,
    "stall": _stall,
    "power": _power,
    "key": _key,
    "step": _step,
}
