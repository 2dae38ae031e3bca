"""The list of standing alerts: worst first, what, who, since, who has it, and one button."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from nicegui import ui
from nicegui.element import Element

from clinic.desk import words
from clinic.desk.elements import Text, attr, button, node, one_class, shape_svg, show
from clinic.desk.feed import mono_ms
from clinic.desk_model import AlertRow

# A press within this time after a row moved may have been meant for the row that stood there
# before.
SETTLE_MS = 500

Acknowledge = Callable[[AlertRow], Awaitable[None]]
Say = Callable[[str], None]


class AlertLine:
    """One alert. Its element lives as long as the alert, so that focus stays."""

    def __init__(self, rail: AlertRail, alert: AlertRow, with_patient: bool) -> None:
        self.alert = alert
        self.moved_mono_ms = mono_ms()
        self._rail = rail
        self.element = node("li", "alert", tabindex="-1")
        attr(self.element, "data-alert", str(alert.alert_id))
        with self.element:
            with node("div", "alert-head"):
                self._shape = (
                    ui.html("", sanitize=False, tag="span")
                    .classes("shape")
                    .props("aria-hidden=true")
                )
                self._priority = Text("", classes="alert-priority")
                self._since = Text("", "time", "alert-since")
            Text(alert.text, "p", "alert-text")
            if with_patient:
                with node("p", "alert-patient"):
                    attr(
                        Text(words.patient(alert.patient_name), "a"),
                        "href",
                        f"/pump/{alert.pump_id}",
                    )
                    Text(alert.pump_name, classes="alert-pump")
            self._cleared = Text("", "p", "alert-cleared")
            with node("div", "alert-foot"):
                self._holder = Text("", "p", "alert-holder")
                self._button = button("Acknowledge", self._press, "btn-ack")
                attr(
                    self._button,
                    "aria-label",
                    f"Acknowledge: {alert.text}, {words.patient(alert.patient_name)}",
                )

    async def _press(self) -> None:
        if not settled(self.moved_mono_ms, mono_ms()):
            self._rail.say("The list has just moved. Look again, then press.")
            return
        await self._rail.acknowledge(self.alert)
        ui.run_javascript(
            f"document.getElementById('{self.element.html_id}')?.focus({{preventScroll: true}})"
        )

    def update(self, alert: AlertRow, now: datetime) -> None:
        """Show the newest record of this alert."""
        self.alert = alert
        kind = words.priority_class(alert.priority)
        one_class(self.element, "is-", kind)
        self._shape.set_content(shape_svg(kind))
        self._priority.set_text(words.priority_word(alert.priority))
        self._since.set_text(words.since(alert.raised_at, now))
        attr(self._since, "title", f"Raised at {words.clock(alert.raised_at, now)}")
        attr(self._since, "datetime", alert.raised_at.isoformat(timespec="seconds"))
        taken = alert.acknowledged_by is not None
        self.element.classes(add="taken" if taken else "open", remove="open" if taken else "taken")
        self._holder.set_text(holder_text(alert, now))
        show(self._button, not taken)
        show(self._cleared, alert.cleared_at is not None)
        if alert.cleared_at is not None:
            self._cleared.set_text(f"Cause gone {words.since(alert.cleared_at, now)}")
            attr(self._cleared, "title", f"At {words.clock(alert.cleared_at, now)}")


def settled(moved_mono_ms: int, now_mono_ms: int) -> bool:
    """Whether a row has stood still long enough for a press to have been meant for it."""
    return now_mono_ms - moved_mono_ms >= SETTLE_MS


def holder_text(alert: AlertRow, now: datetime) -> str:
    """Who has it, and since when."""
    if alert.acknowledged_by is None:
        return "Nobody has it yet"
    if alert.acknowledged_at is None:
        return f"{alert.acknowledged_by} has it"
    return f"{alert.acknowledged_by} has it, {words.since(alert.acknowledged_at, now)}"


class AlertRail:
    """The list. `with_patient` is False on a page that is about one patient."""

    def __init__(
        self, acknowledge: Acknowledge, say: Say, quiet_text: str, with_patient: bool = True
    ) -> None:
        self.acknowledge = acknowledge
        self.say = say
        self._with_patient = with_patient
        self._lines: dict[int, AlertLine] = {}
        self._order: list[int] = []
        self._quiet = Text(quiet_text, "p", "quiet")
        self._list: Element = node("ul", "alerts")

    def update(self, alerts: list[AlertRow], now: datetime) -> None:
        """Show exactly these alerts, in this order."""
        wanted = [alert.alert_id for alert in alerts]
        for alert_id in [held for held in self._lines if held not in wanted]:
            self._lines.pop(alert_id).element.delete()
        for alert in alerts:
            if alert.alert_id not in self._lines:
                with self._list:
                    self._lines[alert.alert_id] = AlertLine(self, alert, self._with_patient)
            self._lines[alert.alert_id].update(alert, now)
        self._arrange(wanted)
        show(self._quiet, not alerts)
        show(self._list, bool(alerts))

    def _arrange(self, wanted: list[int]) -> None:
        if wanted == self._order:
            return
        before = {alert_id: index for index, alert_id in enumerate(self._order)}
        for index, alert_id in enumerate(wanted):
            line = self._lines[alert_id]
            if before.get(alert_id) != index:
                line.moved_mono_ms = mono_ms()
            if list(self._list)[index] is not line.element:
                line.element.move(self._list, index)
        self._order = wanted
        ui.run_javascript("window.vigil?.keepFocus()")
