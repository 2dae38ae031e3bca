"""Children do their work apart from the parent, and every one of them has ended when it is over."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tools.mutate import forks


def die() -> str:
    os.kill(os.getpid(), signal.SIGVTALRM)
    time.sleep(60)
    return "alive"


def fail() -> str:
    raise RuntimeError("as it should")


def test_every_task_has_its_answer():
    tasks = [(number, lambda number=number: str(number * number)) for number in range(7)]
    answers = dict(forks.run(tasks, 3))
    assert answers == {number: forks.Answer(str(number * number), 0) for number in range(7)}


def test_child_that_a_signal_ends_answers_with_the_signal():
    assert list(forks.run([("x", die)], 1)) == [("x", forks.Answer("", -signal.SIGVTALRM))]


def test_child_whose_work_fails_says_why_and_answers_with_code_1(
    capfd: pytest.CaptureFixture[str],
):
    assert list(forks.run([("x", fail)], 1)) == [("x", forks.Answer("", 1))]
    assert "RuntimeError: as it should" in capfd.readouterr().err


def test_answer_longer_than_a_pipe_holds_is_whole():
    assert next(forks.run([("x", lambda: "µ" * 300_000)], 1))[1].said == "µ" * 300_000


def test_task_is_taken_only_when_a_child_can_have_it():
    taken = 0

    def tasks():
        nonlocal taken
        for number in range(5):
            taken += 1
            yield number, lambda: ""

    answers = forks.run(tasks(), 2)
    next(answers)
    assert taken == 2
    assert len(list(answers)) == 4


def test_children_are_ended_when_the_caller_turns_away(tmp_path: Path):
    place = tmp_path / "process"

    def slow() -> str:
        (tmp_path / "half").write_text(str(os.getpid()))
        (tmp_path / "half").rename(place)
        time.sleep(60)
        return ""

    def quick() -> str:
        while not place.exists():
            time.sleep(0.01)
        return "done"

    answers = forks.run([("slow", slow), ("quick", quick)], 2)
    assert next(answers)[0] == "quick"
    answers.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(place.read_text()), 0)
