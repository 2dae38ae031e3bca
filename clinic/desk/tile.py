"""One pump of the ward: who, what, how it does, how much, how old. Built once, then changed in
place.
"""

from __future__ import annotations

from datetime import datetime

from nicegui import ui

from clinic.desk import words
from clinic.desk.elements import Text, attr, node, one_class, shape_svg, show
from clinic.desk.sparkline import sparkline_svg
from clinic.desk_model import PumpTile, SeriesPoint
from shared import alarm_sentences
from shared.codes import DELIVERING_MASK


def alarm_text(tile: PumpTile) -> str:
    """The worst alarm of the pump in words; empty when none is active. An unknown number is said,
    not hidden.
    """
    if not tile.alarm_ids:
        return ""
    worst = tile.alarm_ids[0]
    text = alarm_sentences.SENTENCES.get(worst, f"Alarm {worst}")
    more = len(tile.alarm_ids) - 1
    return f"{text} (and {more} more)" if more else text


def silence_text(tile: PumpTile) -> str:
    """What is known about a pump that is not heard."""
    if tile.age_ms is None:
        return "Nothing has been received from this pump."
    if tile.linked is False:
        return "Its hub says that the pump is not connected. It may still be delivering."
    return "Nothing comes through. The pump may still be delivering."


def finish_text(tile: PumpTile) -> str:
    """How long it lasts at this rate; empty when it does not run."""
    if tile.state is None or not DELIVERING_MASK >> tile.state & 1:
        return ""
    minutes = words.minutes_left(tile.left_nl, tile.rate_nl_h)
    return f"{words.minutes_text(minutes)} left" if minutes is not None else ""


class AlarmLine:
    """Priority and text of the worst alarm; hidden while all is well."""

    def __init__(self) -> None:
        with node("p", "tile-alarm") as self._element:
            self._priority = Text("", classes="alarm-priority")
            self._text = Text("")

    def update(self, tile: PumpTile, stale: bool, alert_text: str) -> None:
        """Show what stands: the pump's own alarm, else the clinic's alert about this pump."""
        alarm = alarm_text(tile)
        self._priority.set_text(
            words.priority_word(tile.worst_priority) if tile.worst_priority else ""
        )
        self._text.set_text(f"Last heard: {alarm}" if alarm and stale else alarm or alert_text)
        show(self._element, bool(alarm or tile.worst_priority))


class TileCard:
    """The element of one pump."""

    def __init__(self, tile: PumpTile) -> None:
        self.element = node("li", "tile")
        attr(self.element, "data-pump", tile.pump_id)
        with self.element:
            with node("div", "tile-head"):
                with node("div", "tile-who"):
                    with node("h3", "tile-name"):
                        self._link = Text(words.patient(tile.patient_name), "a", "tile-link")
                        attr(self._link, "href", f"/pump/{tile.pump_id}")
                    self._place = Text("", "p", "tile-place")
                    self._age = Text("", "p", "tile-age")
                self._ring = node("div", "ring", role="img")
                with self._ring:
                    self._percent = Text("", classes="ring-text")
            with node("div", "tile-state"):
                self._shape = (
                    ui.html("", sanitize=False, tag="span")
                    .classes("shape")
                    .props("aria-hidden=true")
                )
                self._state = Text("", "strong", "state-word")
                self._finish = Text("", classes="tile-finish")
            self._no_data = Text("", "p", "tile-no-data")
            self._silence = Text("", "p", "tile-silence")
            self._alarm = AlarmLine()
            self._drug = Text("", "p", "tile-drug")
            self._live = node("div", "tile-live")
            with self._live:
                with node("div", "tile-flow"):
                    with node("dl", "dose"):
                        self._dose = self._pair("prescribed", "dose-main", "dose-row")
                        self._rate = self._pair("now", "dose-rate", "dose-row")
                    self._spark = ui.html("", sanitize=False, tag="div").classes("spark")
                    attr(self._spark, "aria-hidden", "true")
                with node("dl", "facts"):
                    self._given = self._pair("Given", "fact")
                    self._left = self._pair("Left", "fact")
                    self._pressure = self._pair("Pressure", "fact")
                    self._battery = self._pair("Battery", "fact")

    @staticmethod
    def _pair(name: str, classes: str, wrap: str = "") -> Text:
        with node("div", wrap or "fact-pair"):
            Text(name, "dt")
            return Text("", "dd", classes)

    def update(self, tile: PumpTile, age_ms: int | None, stale: bool, alert_text: str) -> None:
        """Show the newest record. `age_ms` and `stale` count to now, not to the reading."""
        state = words.state_class(tile.state, stale)
        one_class(self.element, "state-", state)
        one_class(
            self.element,
            "is-",
            words.priority_class(tile.worst_priority) if tile.worst_priority else "fine",
        )
        self._link.set_text(words.patient(tile.patient_name))
        self._place.set_text(words.where(tile.place, tile.pump_name))
        self._state.set_text(words.state_word(tile.state, stale))
        self._shape.set_content(
            shape_svg(words.priority_class(tile.worst_priority)) if tile.worst_priority else ""
        )
        self._finish.set_text("" if stale else finish_text(tile))
        self._alarm.update(tile, stale, alert_text)
        self._drug.set_text(
            " ".join(filter(None, (tile.drug, tile.concentration))) or "No prescription known"
        )
        show(self._live, not stale)
        show(self._ring, not stale)
        show(self._silence, stale)
        self._silence.set_text(silence_text(tile))
        self._age.set_text(words.data_age(age_ms, stale))
        show(self._age, not stale)
        self._no_data.set_text(words.data_age(age_ms, stale))
        show(self._no_data, stale)
        if not stale:
            self._update_live(tile)

    def _update_live(self, tile: PumpTile) -> None:
        self._dose.set_text(tile.dose or words.UNKNOWN)
        self._rate.set_text(words.rate(tile.rate_nl_h))
        attr(
            self._rate,
            "title",
            f"Programmed {words.rate(tile.programmed_rate_nl_h)}; what the motor is asked for now",
        )
        self._given.set_text(words.volume_interval(tile.given_min_nl, tile.given_max_nl))
        attr(self._given, "title", "Computed by the pump from the steps of its motor")
        self._left.set_text(words.volume_left(tile.left_nl))
        attr(self._left, "title", f"Of {words.volume(tile.vtbi_nl)}; computed by the pump")
        self._pressure.set_text(words.pressure(tile.pressure_pa))
        attr(self._pressure, "title", "Pressure in the line below the pump, measured")
        self._battery.set_text(words.battery(tile.battery_permille))
        attr(self._battery, "title", "Measured by the pump's fuel gauge")
        update_ring(self._ring, self._percent, tile)

    def draw(self, points: list[SeriesPoint], now: datetime) -> None:
        """Redraw the sparkline of the last hour."""
        self._spark.set_content(sparkline_svg(points, now))


def update_ring(ring: ui.element, label: Text, tile: PumpTile) -> None:
    """The ring of the volume to be infused. The text tells the truth above 100 %; the drawing ends
    there.
    """
    percent = words.progress_percent(tile.given_max_nl, tile.vtbi_nl)
    label.set_text(words.UNKNOWN if percent is None else f"{percent} %")
    share = f"{min(percent or 0, 100)}%"
    if ring.style.get("--share") != share:
        ring.style(f"--share: {share}")
    given = words.volume_interval(tile.given_min_nl, tile.given_max_nl)
    attr(ring, "aria-label", f"{given} given of {words.volume(tile.vtbi_nl)}")
