"""Runs scenarios and collects what came of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from hil_tests.rig import FirmwareDied
from hil_tests.scenario.conductor import Conductor, NotPrepared
from hil_tests.scenario.judge import Verdict, judge
from hil_tests.scenario.model import Scenario
from hil_tests.scenario.observations import Observations
from hil_tests.scenario.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Outcome:
    """`failure` is one sentence when the run itself broke off; then there are no verdicts."""

    scenario: Scenario
    verdicts: list[Verdict]
    timeline: Timeline
    simulated_ms: int
    digest: str
    failure: str = ""

    @property
    def passed(self) -> bool:
        return not self.failure and all(verdict.met for verdict in self.verdicts)

    def as_json(self) -> dict[str, Any]:
        """For machines; the same for every run of one seed."""
        return {
            "scenario": self.scenario.name,
            "title": self.scenario.title,
            "requirements": list(self.scenario.requirements),
            "seed": self.scenario.seed,
            "passed": self.passed,
            "failure": self.failure,
            "simulated_ms": self.simulated_ms,
            "digest": self.digest,
            "expectations": [
                {
                    "text": verdict.expectation.text,
                    "met": verdict.met,
                    "seen": verdict.seen,
                    "measured": verdict.measured,
                }
                for verdict in self.verdicts
            ],
        }


def play(
    scenario: Scenario, sink: TextIO | None = None, progress: Callable[[int], None] | None = None
) -> Outcome:
    """Run one scenario in a folder of its own and judge it."""
    seen = Observations(sink)
    with tempfile.TemporaryDirectory(prefix="vigil-scenario-") as folder:
        failure = ""
        conductor = Conductor(scenario, Path(folder), seen, progress)
        try:
            conductor.run()
        except NotPrepared as error:
            failure = str(error)
        except FirmwareDied as error:
            failure = f"the firmware died: {error.why}; {error.console.strip()[-600:]}"
        timeline = Timeline(seen)
        verdicts = [] if failure else judge(scenario.expectations, timeline)
        rig = conductor.rig
        return Outcome(scenario, verdicts, timeline, rig.now_ms, rig.digest(), failure)
