"""Power fails in every single operation of flash and FRAM, in up to seven ways each, on real LittleFS; then the pump starts again. MicroPython only.

    micropython -m firmware.tests.cut_sweep WORK [all]

all: every operation in every way, and power that fails once more in each operation of the start after it; without it long works are cut in every second way,
in turn. Started by test_host_power_cut.py, which is also the command for a person.
"""

import sys

from firmware.tests import cut_board, cut_works, supply


class PowerGone(Exception):
    """The work is over: nobody is there to go on with it."""


class Teller:
    """What a work has been told and what stands. stands: the numbers that may not be less after the cut."""

    def __init__(self, supply, life):
        self._supply = supply
        self._life = life
        self.stands = life.numbers()
        self.steps = 0

    def __call__(self, done):
        if self._supply.dead:
            raise PowerGone
        assert done, self.steps
        self.stands = self._life.numbers()
        self.steps += 1


# Of one prescription: a newer one that was stored but not told counts them from zero.
OF_SESSION = ("done_steps", "boluses", "clinician_boluses", "load_closed")
# At most one may be there that nobody was told of.
AT_MOST_ONE_MORE = ("boot", "events", "faults", "session")


def check(life, before, where):
    """After the cut: whole, stopped, nothing less than before, and it can go on."""
    assert life.recovered(), where
    found = life.numbers()
    for name in before:
        if name in OF_SESSION and found["session"] > before["session"]:
            continue
        assert found[name] >= before[name], (where, name, before[name], found[name])
    for name in AT_MOST_ONE_MORE:
        assert found[name] <= before[name] + 1, (where, name, before[name], found[name])
    assert found["rx_version"] == found["session"], where
    # Stopped: no step is reserved, so the gate permits none until the frame loop has run and a person has pressed START.
    assert life.session.reserved_steps == life.session.done_steps, where
    journal = life.journal
    assert cut_board.chain_holds(journal._events, cut_board.LOG), where
    assert cut_board.chain_holds(journal.faults, cut_board.LOG + "/faults"), where
    assert journal.read(before["events"] - 1) is not None, where
    assert cut_board.goes_on(life), where


def cut_once(work, image, operation, kind):
    """What stood when power failed in this operation of `work`, or None if the work came to its end before."""
    life = cut_board.mount(image, operation, kind)
    told = Teller(cut_board.supply, life)
    try:
        work(life, told)
        return None
    except PowerGone:
        return told.stands


def sweep(work, every_way: bool, twice: bool) -> int:
    """Cut `work` in each operation, in every way or in every second one in turn; twice: and again in the start after it. The number of points."""
    cut_works.used_pump()
    image = cut_board.content()
    points = 0
    operation = 1
    while True:
        kinds = supply.KINDS if every_way else supply.IN_TURN[operation % 2]
        for kind in kinds:
            before = cut_once(work, image, operation, kind)
            if before is None:
                assert cut_board.flash.violations == 0
                return points
            where = (work.__name__, operation, kind)
            if twice:
                points += cut_start(before, where)
            check(cut_board.mount(), before, where)
            points += 1
        operation += 1


def cut_start(before, where):
    """Power fails again in each operation of the start after a cut; the memories are left as they were."""
    image = cut_board.content()
    points = 0
    while True:
        cut_board.mount(image, cut_start_at=points + 1)
        if not cut_board.supply.dead:
            cut_board.mount(image)
            return points
        points += 1
        check(cut_board.mount(), before, (where, points))


def run(name: str, everything: bool):
    """One work of cut_works.py: prints `points NAME NUMBER`, or for a wrong one `caught NAME`."""
    for work in cut_works.WORKS:
        if work.__name__ == name:
            every_way = everything or work not in cut_works.LONG
            print("points", name, sweep(work, every_way, everything))
    for work in cut_works.WRONG:
        if work.__name__ == name:
            try:
                sweep(work, False, False)
            except AssertionError:
                print("caught", name)


if __name__ == "__main__":
    run(sys.argv[1], len(sys.argv) > 2)
