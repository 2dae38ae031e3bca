"""Starts parts step by step, watches all of them, and ends all of them: on a signal, or when one fails."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.house.part import Part, Spec, State

LOOK_EVERY_S = 0.1
# For the parts of one step: a hub commits, a clinic closes its pages; then patience ends.
END_S = 5.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """`run()` blocks. `show` is called a few times a second with all parts."""

    def __init__(
        self,
        steps: Sequence[Sequence[Spec]],
        log_dir: Path,
        show: Callable[[Sequence[Part]], None],
        say: Callable[[str], None],
        all_up: Callable[[], None],
        end_s: float = END_S,
    ) -> None:
        """`steps`: the parts of one step start together, the next step when all of them are ready or done.

        `all_up` is called before the last step, which runs beside a house that is up.
        """
        self._steps = [[Part(spec, log_dir) for spec in step] for step in steps]
        self.parts = [part for step in self._steps for part in step]
        self._show = show
        self._say = say
        self._all_up = all_up
        self._end_s = end_s
        self._signals = 0
        self._failure: str | None = None

    def run(self) -> int:
        """0 after a signal, 1 if a part failed; nothing that was started is left in either case."""
        before = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        try:
            self._serve()
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)
        if self._failure is not None:
            self._say(self._failure)
            return 1
        return 0

    def _serve(self) -> None:
        for step in self._steps:
            if step is self._steps[-1]:
                self._all_up()
            for part in step:
                part.start()
            while self._going_on() and not all(_is_up(part) for part in step):
                time.sleep(LOOK_EVERY_S)
            if self._signals or self._failure:
                return
        while self._going_on():
            time.sleep(LOOK_EVERY_S)

    def _going_on(self) -> bool:
        for part in self.parts:
            self._failure = self._failure or part.look()
        self._show(self.parts)
        return not self._signals and self._failure is None

    def _end_all(self) -> None:
        """Ask the newest step first, so that each part ends while those it needs are there; insist if it does not.

        A second signal shortens the patience.
        """
        asked = self._signals
        for step in reversed(self._steps):
            for part in step:
                part.ask_to_end()
            deadline_s = time.monotonic() + self._end_s
            while any(not part.is_gone() for part in step):
                if time.monotonic() > deadline_s or self._signals > asked:
                    break
                time.sleep(LOOK_EVERY_S / 2)
            # First the deed, then the word: the terminal may be gone.
            for part in step:
                stubborn = not part.is_gone()
                if stubborn:
                    part.kill()
                part.settle()
                if stubborn:
                    self._say(f"{part.name} did not end in time and was killed")
        self._show(self.parts)

    def _on_signal(self, number: int, frame: object) -> None:
        self._signals += 1


def _is_up(part: Part) -> bool:
    """A service is up when it is ready, a piece of work when it is done."""
    return part.state is State.DONE or (part.state is State.RUNNING and not part.spec.ends)
