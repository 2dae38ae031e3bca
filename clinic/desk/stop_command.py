"""The one command of this desk: stop. A question first, then its result in three values: done,
refused, unknown.
"""

from __future__ import annotations

from datetime import datetime

from nicegui import ui

from clinic.desk.elements import Text, attr, button, node, one_class, show
from clinic.desk.feed import mono_ms
from clinic.desk.frame import Frame
from clinic.desk_model import PumpTile

# A pump that is linked answers within seconds; after this the page says that it has not, and goes
# on asking.
LATE_MS = 15_000
FINAL_WORDS = ("done", "refused", "unknown")

PENDING = "Stop sent at {at}. Waiting for the pump to answer."
LATE = (
    "Stop sent at {at}. No answer from the pump yet: it may still be delivering. "
    "If it matters, call the patient."
)
RESULTS = {
    "done": "Done: the pump has stopped. It was asked at {at}.",
    "refused": "Refused by the pump: {reason}. It was asked at {at}.",
    "unknown": (
        "Unknown: nobody can say whether the pump stopped. It was asked at {at}. "
        "Look at its state, or call the patient."
    ),
}


def result_kind(result: str) -> str:
    """ "done", "refused", "unknown" or "pending" from the text of `Desk.command_result`; other
    text is unknown.
    """
    word = result.split(":", 1)[0].strip()
    return word if word in (*FINAL_WORDS, "pending") else "unknown"


def result_text(result: str, at_text: str, waited_ms: int) -> str:
    """The sentence for a result, `waited_ms` after the command was sent."""
    kind = result_kind(result)
    if kind == "pending":
        return (PENDING if waited_ms < LATE_MS else LATE).format(at=at_text)
    reason = result.split(":", 1)[1].strip() if ":" in result else "no reason given"
    return RESULTS[kind].format(at=at_text, reason=reason)


class StopCommand:
    """The button, its question and its result."""

    def __init__(self, frame: Frame, pump_id: str) -> None:
        self._frame = frame
        self._pump_id = pump_id
        self._command_id: str | None = None
        self._sent_mono_ms = 0
        self._sent_text = ""
        self._button = button("Stop pump", self._ask, "btn-stop")
        self.result = Text("", "p", "command-result")
        attr(self.result, "role", "status")
        show(self.result, False)
        self._dialog = ui.dialog().props('aria-labelledby="stop-title"')
        with self._dialog, node("div", "question", id="stop-question"):
            self._question = Text("Stop this pump?", "h2", "question-title")
            attr(self._question, "id", "stop-title")
            self._detail = Text("", "p", "question-text")
            self._away = Text("", "p", "question-away")
            with node("div", "question-buttons"):
                attr(button("Cancel", self._dialog.close, ""), "autofocus", True)
                button("Stop pump", self._send, "btn-stop")

    def update(self, tile: PumpTile, stale: bool) -> None:
        """Fit the question to what is known about the pump now."""
        whose = f"the pump of {tile.patient_name}" if tile.patient_name else tile.pump_name
        self._question.set_text(f"Stop {whose}?")
        drug = tile.drug or "its drug"
        self._detail.set_text(
            f"{tile.pump_name} stops giving {drug}. Only a person at the pump can start it again."
        )
        away = stale or tile.linked is False
        show(self._away, away)
        self._away.set_text(
            "This pump is not heard now. Its hub keeps the command for 10 minutes. "
            "Call the patient as well."
        )

    def _ask(self) -> None:
        if self._frame.guard():
            self._dialog.open()

    async def _send(self) -> None:
        self._dialog.close()
        if not self._frame.guard() or self._command_id is not None:
            return
        self._sent_mono_ms = mono_ms()
        self._sent_text = self._frame_time()
        attr(self._button, "disabled", True)
        try:
            self._command_id = await self._frame.desk.stop_pump(self._pump_id, self._frame.user)
        except Exception:
            attr(self._button, "disabled", None)
            self._show(
                "The desk could not send the stop. Try again, and call the patient.", "refused"
            )
            raise
        await self.refresh()

    @staticmethod
    def _frame_time() -> str:
        return datetime.now().astimezone().strftime("%H:%M:%S")

    def _show(self, text: str, kind: str) -> None:
        show(self.result, True)
        self.result.set_text(text)
        one_class(self.result, "result-", kind)

    async def refresh(self) -> None:
        """Ask how far the command came, until it has come to an end. Then the button can be
        pressed again.
        """
        if self._command_id is None:
            return
        result = await self._frame.desk.command_result(self._command_id)
        kind = result_kind(result)
        self._show(result_text(result, self._sent_text, mono_ms() - self._sent_mono_ms), kind)
        if kind in FINAL_WORDS:
            self._command_id = None
            attr(self._button, "disabled", None)
