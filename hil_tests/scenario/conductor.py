"""Plays one scenario on a rig: prepare, stimulate, look, until its time is over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hil_tests.plant import HydraulicPlant
from hil_tests.rig import Rig
from hil_tests.scenario.bench_pump import provision_bench_pump
from hil_tests.scenario.clinic_end import ClinicEnd
from hil_tests.scenario.hub_end import HubEnd
from hil_tests.scenario.keys import make_keys
from hil_tests.scenario.model import Action, Scenario
from hil_tests.scenario.observations import Observations
from hil_tests.scenario.watcher import Watcher
from shared import messages, names
from shared.codes import Command, Key, Stage, State

# A pump that is well gets through each part of the preparation in a few seconds; verifying two
# signatures in pure MicroPython takes longest.
PREPARE_LIMIT_MS = 180_000
PAGES_MOST = 12  # more than any confirmation of the bench has; DOWN on the last page does nothing
PAGE_MS = (
    2_400  # a page is drawn within 0.9 s and has to stand for a second before it counts as read
)
_PAGE_KEY_MS = 200
_CONFIRM_HOLD_MS = 2_500


class NotPrepared(Exception):
    """The pump did not get as far as the scenario's time zero. The text says at what it stopped."""


class Conductor:
    """One run of one scenario. `folder` is the rig's; it must be empty for equal runs.
    `main_script` runs in place of the firmware, as in `Rig`.
    """

    def __init__(
        self,
        scenario: Scenario,
        folder: Path,
        seen: Observations,
        progress: Callable[[int], None] | None = None,
        main_script: Path | None = None,
    ) -> None:
        self.scenario = scenario
        self.seen = seen
        self.plant = HydraulicPlant(scenario.seed, scenario.plant)
        keys = make_keys(scenario.seed)
        provision_bench_pump(folder, keys, scenario.calibration_pl)
        self.rig = Rig(folder, self.plant, scenario.seed, main_script=main_script)
        self.hub = HubEnd()
        self.clinic = ClinicEnd(keys, scenario.seed)
        self._progress = progress
        threshold_pa = scenario.prescription.get("occlusion_pa", 0)
        self._watcher = Watcher(self.rig, seen, threshold_pa, scenario.duration_ms)
        self._keys: list[tuple[int, Callable[[int], None], int]] = []
        self._hellos = 0
        self._last_receipt: tuple[bytes, int, int] | None = None
        self._state = -1
        self._active_version = 0

    def run(self) -> None:
        """All of it. NotPrepared, or FirmwareDied of the rig."""
        with self.rig:
            self._prepare()
            zero_ms = self.rig.now_ms
            self._watcher.note_truth()
            self.seen.note(zero_ms, "mark", name="zero")
            waiting = list(self.scenario.actions)
            while True:
                now_ms = self.rig.now_ms - zero_ms
                while waiting and waiting[0].time_ms <= now_ms:
                    self._act(waiting.pop(0))
                if now_ms >= self.scenario.duration_ms:
                    break
                self._step()
                if self._progress:
                    self._progress(now_ms)
            self._watcher.note_truth()

    # -- preparation ---------------------------------------------------------------------------

    def _prepare(self) -> None:
        self._power_on()
        self._until(lambda: self.clinic.challenge is not None, "it sent no telemetry")
        if self.scenario.prepare == "provisioned":
            return
        self._prescribe(self.scenario.prescription)
        self._until_stage(Stage.SHOWN, "showed no prescription")
        self._confirm()
        self._until_stage(Stage.ACTIVE, "did not make the prescription active")
        if self.scenario.prepare == "running":
            self._press(Key.START, _PAGE_KEY_MS)
            self._until(lambda: self._state == State.RUNNING, "START did not start it")

    def _until(self, reached: Callable[[], bool], failure: str) -> None:
        end_ms = self.rig.now_ms + PREPARE_LIMIT_MS
        while not reached():
            if self.rig.now_ms >= end_ms:
                raise NotPrepared(f"the pump was not ready in 3 min: {failure}")
            self._step()

    def _until_stage(self, stage: int, failure: str) -> None:
        def reached() -> bool:
            if self._last_receipt is None:
                return False
            _command_id, got, reason = self._last_receipt
            if got == Stage.REFUSED:
                raise NotPrepared(f"the pump refused the prescription: {names.REASONS[reason]}")
            return got == stage

        self._until(reached, failure)

    # -- time ----------------------------------------------------------------------------------

    def _step(self) -> None:
        rig = self.rig
        now_ms = rig.now_ms
        while self._keys and self._keys[0][0] <= now_ms:
            _time_ms, move, key = self._keys.pop(0)
            move(key)
        rig.step()
        self._watcher.look()
        sent = rig.take_uart()
        if sent:
            self._exchange(sent)

    def _exchange(self, sent: bytes) -> None:
        hub, now_ms = self.hub, self.rig.now_ms
        hub.feed(sent)
        for boot in hub.hellos[self._hellos :]:
            self.seen.note(now_ms, "hello", boot=boot)
        self._hellos = len(hub.hellos)
        for record in hub.take_delivered():
            body = self.clinic.open(record.frame)
            if body is None:
                self.seen.note(now_ms, "frame_not_taken", link_seq=record.link_seq)
            else:
                self._note_body(now_ms, record.urgency, body)
        down = hub.take_down()
        if down:
            self.rig.give_uart(down)

    def _note_body(self, now_ms: int, urgency: int, body: Any) -> None:
        if isinstance(body, messages.Telemetry):
            self.seen.note(now_ms, "telemetry", urgency=urgency, **body._asdict())
            self._state = body.state
        elif isinstance(body, messages.Event):
            code = names.EVENTS.get(body.code, "unknown")
            self.seen.note(now_ms, "event", urgency=urgency, name=code, **body._asdict())
        else:
            self.seen.note(now_ms, "receipt", urgency=urgency, **body._asdict())
            self._last_receipt = (body.cmd_id, body.stage, body.reason)
            # Telemetry may have told the version before the receipt does.
            if body.stage == Stage.ACTIVE and body.rx_version > self._active_version:
                self._active_version = body.rx_version
                self.clinic.rx_version = max(self.clinic.rx_version, body.rx_version)
                self.seen.note(now_ms, "active", pumped_nl=self.plant.truth()["pumped_nl"])

    # -- stimuli -------------------------------------------------------------------------------

    def _act(self, action: Action) -> None:
        now_ms = self.rig.now_ms
        self.seen.note(now_ms, "stimulus", do=action.do, given=action.values)
        if action.name:
            self.seen.note(now_ms, "mark", name=action.name)
        own = _ACTIONS.get(action.do)
        if own is None:
            self.plant.stimulate(action.do, **action.values)
        else:
            own(self, action.values)

    def _press(self, key: int, hold_ms: int, after_ms: int = 0) -> None:
        start_ms = self.rig.now_ms + after_ms
        self._keys.append((start_ms, self.rig.press, key))
        self._keys.append((start_ms + hold_ms, self.rig.release, key))
        self._keys.sort(key=lambda item: item[0])

    def _confirm(self) -> None:
        for page in range(PAGES_MOST):
            self._press(Key.DOWN, _PAGE_KEY_MS, (page + 1) * PAGE_MS)
        self._press(Key.OK, _CONFIRM_HOLD_MS, (PAGES_MOST + 1) * PAGE_MS)

    def _prescribe(self, terms: dict[str, Any]) -> None:
        self._last_receipt = None
        _command_id, frame = self.clinic.seal_prescription(terms)
        self._send(frame)

    def _command(self, kind: str) -> None:
        _command_id, frame = self.clinic.seal_simple(
            Command.STOP if kind == "stop" else Command.READ
        )
        self._send(frame)

    def _send(self, frame: bytes) -> None:
        self.hub.send_command(frame)
        down = self.hub.take_down()
        if down:
            self.rig.give_uart(down)

    def _power_on(self) -> None:
        if not self.rig.powered:
            self.seen.note(self.rig.now_ms, "power", on=True, cause=1)
            self.rig.power_on()

    def _power_cut(self) -> None:
        self.rig.power_cut()
        self.seen.note(self.rig.now_ms, "power", on=False, cause=0)

    def _range(self, up: bool) -> None:
        self.hub.set_up(up)


_ACTIONS: dict[str, Callable[[Conductor, dict[str, Any]], None]] = {
    "press": lambda run, given: run._press(names.KEYS.index(given["key"]), given["hold_ms"]),
    "fault": lambda run, given: run.rig.set_fault(given["fault"], given["value"] or True),
    "mend": lambda run, given: run.rig.set_fault(given["fault"], False),
    "power_cut": lambda run, given: run._power_cut(),
    "power_on": lambda run, given: run._power_on(),
    "link_down": lambda run, given: run._range(False),
    "link_up": lambda run, given: run._range(True),
    "command": lambda run, given: run._command(given["kind"]),
    "prescribe": lambda run, given: run._prescribe({**run.scenario.prescription, **given}),
    "confirm": lambda run, given: run._confirm(),
}
