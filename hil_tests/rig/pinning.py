"""Ties the calling thread, and so the processes it starts, to one core: a round trip over pipes then takes a tenth of the time.

Counted, since one process may own several rigs: the last release gives the cores back.
"""

from __future__ import annotations

import os

_cores_before: set[int] = set()
_holders = 0


def pin() -> None:
    """Choose a core by process number, so that parallel test runners spread over the cores."""
    global _cores_before, _holders
    _holders += 1
    if _holders == 1:
        _cores_before = os.sched_getaffinity(0)
        cores = sorted(_cores_before)
        os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})


def unpin() -> None:
    global _holders
    _holders -= 1
    if _holders == 0:
        os.sched_setaffinity(0, _cores_before)
