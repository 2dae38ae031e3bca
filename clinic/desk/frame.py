"""What every signed-in page has: banner, header, account menu, clock, live regions, and the tick
that keeps it true.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from nicegui import ui
from nicegui.element import Element

from clinic.desk import session, theme, words
from clinic.desk.elements import Text, attr, button, node, show
from clinic.desk.feed import Feed, Reading, mono_ms
from clinic.desk_model import AlertRow, Desk, User

TICK_S = 0.5
TOAST_MS = 6_000
BANNER = "Engineering use only. Not a medical device."
SESSION_OVER = "/login?why=ended"

Refresh = Callable[[Reading, datetime], Awaitable[None]]


def wall_clock() -> datetime:
    """Now, in the clinic's own time zone."""
    return datetime.now().astimezone()


class Frame:
    """One open page. Build the content inside `with frame.main:`, then call `start`."""

    def __init__(self, desk: Desk, feed: Feed, user: User, title: str) -> None:
        self.desk = desk
        self.user = user
        self._feed = feed
        self._title = title
        self._shown_title = ""
        self._seen: set[int] | None = None
        self._toast_until_ms = 0
        self._refresh: Refresh | None = None
        self._dark = theme.apply(session.appearance())
        attr(skip := Text("Skip to content", "a", "skip"), "href", "#main")
        skip.classes("skip")
        self._build_header()
        self.main = node("main", "main", id="main", tabindex="-1")
        self._toast = Text("", "div", "toast")
        attr(self._toast, "role", "status")
        show(self._toast, False)
        self._assertive = Text("", "div", "sr")
        attr(self._assertive, "role", "alert")
        self._polite = Text("", "div", "sr")
        attr(self._polite, "role", "status")
        ui.on("desk_activity", session.touch)

    def _build_header(self) -> None:
        attr(Text(BANNER, "div", "notice"), "role", "note")
        with node("header", "top"):
            with node("a", "brand", href="/", aria_label="Vigil, to the ward"):
                ui.html(theme.FAVICON, sanitize=False, tag="span").props("aria-hidden=true")
                Text("Vigil")
            self.summary = Text("", "p", "summary")
            # The script reads these two to know that the page is alive and what to sound.
            self._clock = Text("", "span", "clock")
            attr(self._clock, "id", "desk-clock")
            attr(self._clock, "title", "The clinic's clock")
            sound = button("Sound off", lambda: None, "btn-quiet")
            attr(sound, "id", "desk-sound")
            attr(sound, "aria-pressed", "false")
            self._build_account()
        self._problem = Text("", "div", "problem")
        attr(self._problem, "role", "alert")
        show(self._problem, False)

    def _build_account(self) -> None:
        with node("details", "account"):
            with node("summary", "btn btn-quiet"):
                Text(self.user.full_name, classes="account-name")
                Text(self.user.role, classes="account-role")
            with node("div", "account-panel"):
                Text(f"Signed in as {self.user.username}", "p", "account-who")
                with node("fieldset", "choices"):
                    Text("Appearance", "legend")
                    for word in theme.APPEARANCES:
                        with node("label", "choice"):
                            radio = node("input", type="radio", name="appearance", value=word)
                            if word == session.appearance():
                                attr(radio, "checked", True)
                            radio.on(
                                "change", lambda _, word=word: self._set_appearance(word), args=[]
                            )
                            Text(word.capitalize())
                with node("form", method="post", action="/logout"):
                    attr(Text("Sign out", "button", "btn btn-wide"), "type", "submit")

    def _set_appearance(self, word: str) -> None:
        session.set_appearance(word)
        self._dark.set_value(theme.DARK[word])

    def guard(self) -> bool:
        """True while the session stands; else leave the page. Every handler that acts asks this
        first.
        """
        if session.current_user() is not None:
            return True
        ui.navigate.to(SESSION_OVER)
        return False

    def say(self, text: str) -> None:
        """A short message at the foot of the page, read out by screen readers."""
        self._toast.set_text(text)
        show(self._toast, True)
        self._toast_until_ms = mono_ms() + TOAST_MS

    async def acknowledge(self, alert: AlertRow) -> None:
        """Take an alert in the user's name. It stays until its cause is gone."""
        if not self.guard():
            return
        taken = await self.desk.acknowledge(alert.alert_id, self.user)
        if taken:
            self.say("Acknowledged.")
        else:
            held = [row for row in await self.desk.alerts() if row.alert_id == alert.alert_id]
            self.say(not_taken(held[0] if held else None, self.user))
        await self.tick()

    async def start(self, refresh: Refresh | None = None) -> None:
        """Fill the page once, then keep it true every half second. A page without content of its own still keeps its
        clock, title and announcements.
        """
        self._refresh = refresh
        await self.tick()
        ui.timer(TICK_S, self.tick, immediate=False)

    async def tick(self) -> None:
        """Read, and change what changed. Ends the page when the session has ended."""
        if not self.guard():
            return
        reading = await self._feed.read()
        now = wall_clock()
        self._clock.set_text(now.strftime("%H:%M:%S"))
        self._update_problem(reading, now)
        self._update_title(reading.alerts)
        self._announce(reading.alerts)
        if self._toast_until_ms and mono_ms() > self._toast_until_ms:
            self._toast_until_ms = 0
            show(self._toast, False)
        if self._refresh is not None:
            await self._refresh(reading, now)

    def _update_problem(self, reading: Reading, now: datetime) -> None:
        if reading.failed:
            self._problem.set_text(
                "The desk cannot read its records. What is shown is old. "
                "Watch the pumps themselves and call technical help."
            )
        show(self._problem, reading.failed)

    def _update_title(self, alerts: tuple[AlertRow, ...]) -> None:
        title = words.title_prefix([alert.priority for alert in alerts]) + self._title
        if title != self._shown_title:
            self._shown_title = title
            ui.page_title(title)
        unheard = [alert.priority for alert in alerts if alert.acknowledged_by is None]
        attr(self._clock, "data-unheard", str(max(unheard, default=0)))

    def _announce(self, alerts: tuple[AlertRow, ...]) -> None:
        """Read out what is new since the page was opened; a HIGH interrupts."""
        ids = {alert.alert_id for alert in alerts}
        new = [
            alert
            for alert in alerts
            if self._seen is not None and alert.alert_id not in self._seen
        ]
        self._seen = ids
        for region, chosen in (
            (self._assertive, [alert for alert in new if alert.priority >= 3]),
            (self._polite, [alert for alert in new if alert.priority < 3]),
        ):
            if chosen:
                region.set_text(" ".join(spoken(alert) for alert in chosen))


def not_taken(alert: AlertRow | None, user: User) -> str:
    """Why an acknowledgement was not taken. `alert` as it stands now, None if it is gone."""
    if alert is None:
        return "This alert is gone."
    if alert.acknowledged_by is not None:
        return f"{alert.acknowledged_by} has it already."
    return f"Not acknowledged: this is not for the role {user.role}."


def spoken(alert: AlertRow) -> str:
    """An alert as it is read out."""
    who = f"{words.patient(alert.patient_name)}, {alert.pump_name}."
    return f"{words.priority_word(alert.priority)}: {alert.text}. {who}"


def not_found() -> None:
    """The content of a page for a pump that is not there."""
    Text("No such pump", "h1")
    with node("p", "quiet"):
        Text("There is no pump with this number. ")
        attr(Text("Back to the ward", "a"), "href", "/")


def panel(title: str, classes: str = "") -> Element:
    """A titled section of a page, named for screen readers by its heading."""
    section = node("section", f"panel {classes}", aria_label=title)
    with section:
        Text(title, "h2", "panel-title")
    return section
