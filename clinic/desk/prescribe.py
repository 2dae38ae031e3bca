"""A prescriber's form: what is written, what it comes to, what the drug library says, and a draft that is kept.

Nothing is sent from here: a draft is signed by two persons first, with keys that the desk does not have.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi.responses import RedirectResponse
from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from clinic.desk import order_form, session, words
from clinic.desk.elements import Text, attr, description, node, one_class, shape, show
from clinic.desk.feed import Feed
from clinic.desk.frame import Frame, not_found, panel
from clinic.desk.order_form import GROUPS, LABELS, OVERRIDE, FormError, FormField
from clinic.desk.pump import PRESCRIBER, PUMP_ID
from clinic.desk_model import Desk, PumpTile
from clinic.order_model import OVERRIDES, PATIENT_CLASSES, Finding, Order, Proposal
from shared import names
from shared.drug_profiles import profile_of
from shared.drug_words import PROFILE_TITLES

KEEP = "keep"
# The whole form in one message, with the name of the button.
COLLECT = "(event) => { event.preventDefault(); emit(Object.fromEntries(new FormData(event.target, event.submitter))); }"
STEPS_HINT = "one a line: minute of delivery, dose rate in mg/kg/h"
REASON_HINT = "10 letters or more; kept with the draft"
KEPT = "Draft {number} is kept. A prescriber and a checker sign it before it can be sent."
# Refusals of these fields name what they are about themselves.
WHOLE_SENTENCES = ("overrides", "soft_reason")
NOT_YOURS = "Only a prescriber may write a prescription."


class PrescribePage:
    """The content of one open form."""

    def __init__(self, frame: Frame, desk: Desk, tile: PumpTile) -> None:
        self._frame = frame
        self._desk = desk
        self._pump_id = tile.pump_id
        self._boxes: dict[str, Element] = {}
        self._written: Mapping[str, object] = {}
        self._busy = False
        with node("nav", "crumbs", aria_label="Place"):
            attr(Text("Ward", "a"), "href", "/")
            attr(Text(tile.pump_name, "a"), "href", f"/pump/{tile.pump_id}")
            attr(Text("Prescribe"), "aria-current", "page")
        Text(f"Prescribe for {words.patient(tile.patient_name)}", "h1", "form-title")
        form = node("form", "order-form", novalidate="novalidate", autocomplete="off")
        form.on("submit", self._submit, js_handler=COLLECT)
        with form:
            for group in GROUPS:
                self._build_group(group)
            with panel("Worked out", "worked"):
                self._result = node("div", "worked-out")
                with self._result:
                    Text("Nothing yet.", "p", "quiet")
                self._message = Text("", "p", "command-result")
                attr(self._message, "role", "alert")
                show(self._message, False)
                with node("div", "form-buttons"):
                    _submit_button("Work out", "work-out", "")
                    self._keep = _submit_button("Keep draft", KEEP, "btn-main")
                    show(self._keep, False)

    def _build_group(self, group: order_form.Group) -> None:
        with node("fieldset", "panel form-group"):
            Text(group.title, "legend", "panel-title")
            if group is GROUPS[0]:
                self._choice("profile", _profiles())
                numbers = PATIENT_CLASSES.items()
                self._choice(
                    "patient_class", {word: names.PATIENT_CLASSES[n] for word, n in numbers}
                )
            for field in group.fields:
                self._box(field)
            if group is GROUPS[0]:
                self._area("steps", STEPS_HINT)

    def _box(self, field: FormField) -> None:
        with _labelled(field.label, field.hint):
            box = node("input", "field-box", type="text", name=field.name, inputmode="decimal")
            self._boxes[field.name] = box

    def _area(self, name: str, hint: str, text: str = "") -> None:
        with _labelled(LABELS[name], hint):
            # As content, not as value: a value would be put back over what is being written.
            box = Text(text, "textarea", "field-box field-area")
            attr(box, "name", name)
            self._boxes[name] = box

    def _choice(self, name: str, options: Mapping[str, str], chosen: str = "") -> None:
        with _labelled(LABELS[name]):
            self._boxes[name] = _select(name, options, chosen)

    async def _submit(self, event: GenericEventArguments) -> None:
        if self._busy or not self._frame.guard():
            return
        self._busy = True
        try:
            await self._take(event.args if isinstance(event.args, dict) else {})
        finally:
            self._busy = False

    async def _take(self, values: Mapping[str, object]) -> None:
        self._written = values
        try:
            order = order_form.order_of(values)
            reason = order_form.soft_reason_of(values)
        except FormError as error:
            self._refuse(error.field, str(error))
            return
        if values.get("action") == KEEP:
            proposal = await self._desk.keep_draft(self._pump_id, order, reason, self._frame.user)
        else:
            proposal = await self._desk.propose(order)
        self._show(proposal, order)

    def _show(self, proposal: Proposal, order: Order) -> None:
        hard = any(finding.severity == "hard" for finding in proposal.findings)
        possible = bool(proposal.terms) and not hard
        show(self._keep, possible and proposal.draft is None)
        self._fill_result(proposal, order)
        if proposal.draft is not None:
            self._mark(None)
            self._say(KEPT.format(number=proposal.draft), "done")
        elif proposal.refusal is not None:
            self._refuse(proposal.field or "", proposal.refusal)
        else:
            self._mark(proposal.findings[0].field if hard else None)
            show(self._message, False)

    def _fill_result(self, proposal: Proposal, order: Order) -> None:
        self._boxes.pop("soft_reason", None)
        self._result.clear()
        with self._result:
            if proposal.formula:
                Text(proposal.formula, "p", "formula")
            with node("ul", "findings"):
                for finding in proposal.findings:
                    _finding(finding)
            self._ask_reasons(proposal, order)
            description(proposal.terms)

    def _ask_reasons(self, proposal: Proposal, order: Order) -> None:
        soft = [finding.field for finding in proposal.findings if finding.severity == "soft"]
        for field in dict.fromkeys(soft):
            options = {word: names.OVERRIDES[number] for word, number in OVERRIDES.items()}
            with _labelled(f"Reason: {LABELS.get(field, field)}"):
                _select(OVERRIDE + field, options, order.overrides.get(field, ""))
        if soft:
            written = self._written.get("soft_reason")
            self._area("soft_reason", REASON_HINT, written if isinstance(written, str) else "")

    def _refuse(self, field: str, text: str) -> None:
        self._mark(field)
        label = None if field in WHOLE_SENTENCES else LABELS.get(field)
        self._say(f"{label}: {text}" if label else text, "refused")

    def _say(self, text: str, kind: str) -> None:
        self._message.set_text(text)
        one_class(self._message, "result-", kind)
        show(self._message, True)

    def _mark(self, field: str | None) -> None:
        for name, box in self._boxes.items():
            attr(box, "aria-invalid", "true" if name == field else None)


def _labelled(label: str, hint: str = "") -> Element:
    element = node("label", "field")
    with element:
        Text(label, classes="field-label")
        if hint:
            Text(hint, classes="field-hint")
    return element


def _select(name: str, options: Mapping[str, str], chosen: str) -> Element:
    box = node("select", "field-box", name=name)
    with box:
        for value, text in {"": "Choose", **options}.items():
            option = Text(text, "option")
            attr(option, "value", value)
            if value == chosen:
                attr(option, "selected", True)
    return box


def _submit_button(text: str, action: str, classes: str) -> Text:
    element = Text(text, "button", f"btn {classes}")
    for name, value in (("type", "submit"), ("name", "action"), ("value", action)):
        attr(element, name, value)
    return element


def _finding(finding: Finding) -> None:
    kind = "high" if finding.severity == "hard" else "medium"
    with node("li", f"finding finding-{kind}"):
        shape(kind)
        said = f"{finding.text} Reason: {finding.override}." if finding.override else finding.text
        Text(said)


def _profiles() -> dict[str, str]:
    """Profiles that are in use, by name."""
    found = {}
    for profile_id, title in PROFILE_TITLES.items():
        profile = profile_of(profile_id)
        if profile is not None and profile.enabled:
            found[profile_id] = title
    return found


def register(desk: Desk, feed: Feed) -> None:
    """Add the page at "/pump/<pump_id>/prescribe"."""

    @ui.page("/pump/{pump_id}/prescribe", title="Vigil")
    async def prescribe_page(pump_id: str) -> RedirectResponse | None:
        user = session.current_user()
        known = PUMP_ID.fullmatch(pump_id) is not None
        if user is None:
            wish = f"/pump/{pump_id}/prescribe" if known else "/"
            return RedirectResponse(f"/login?next={wish}", status_code=303)
        tile = await desk.pump(pump_id) if known else None
        frame = Frame(desk, feed, user, "Prescribe · Vigil")
        with frame.main:
            frame.main.classes("pump")
            if tile is None:
                not_found()
            elif user.role != PRESCRIBER:
                Text(NOT_YOURS, "h1", "form-title")
                attr(Text("Back to the pump", "a"), "href", f"/pump/{pump_id}")
            else:
                PrescribePage(frame, desk, tile)
        # What is written belongs to the person at the keyboard: no tick changes it.
        await frame.start()
        return None
