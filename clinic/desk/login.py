"""Signing in and out: a plain form, so that password managers and browsers without our script can
use it.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from nicegui import app as nicegui_app
from nicegui import ui

from clinic.desk import session, theme
from clinic.desk.elements import Text, attr, node
from clinic.desk.frame import BANNER
from clinic.desk_model import Desk

MAX_FIELD_CHARS = 256
# One sentence for a wrong name, a wrong password and a locked account: it tells nobody which names
# exist.
WRONG = (
    "That name and password do not match. "
    "After several wrong tries an account is locked for a while."
)
REASONS = {
    "wrong": WRONG,
    "ended": (
        "You were signed out after 30 minutes without activity, or from another tab. "
        "Alarms do not show here."
    ),
    "out": "You are signed out. Alarms do not show here.",
}


def same_origin(request: Request) -> bool:
    """Whether a form came from one of our own pages. A browser always sends Origin with a POST."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _build(why: str | None, next_path: str) -> None:
    theme.apply(session.appearance())
    attr(Text(BANNER, "div", "notice"), "role", "note")
    main = node("main", "login", id="main")
    with main, node("form", "login-card", method="post", action="/login"):
        with node("div", "login-brand"):
            ui.html(theme.FAVICON, sanitize=False, tag="span").props("aria-hidden=true")
            Text("Vigil", "h1")
        Text("Clinic desk", "p", "login-sub")
        if why in REASONS:
            message = Text(REASONS[why], "p", "login-error" if why == "wrong" else "login-note")
            attr(message, "role", "alert")
            attr(message, "id", "login-message")
        _field("Name", "username", "text", "username", why == "wrong")
        _field("Password", "password", "password", "current-password", why == "wrong")
        node("input", type="hidden", name="next", value=next_path)
        attr(Text("Sign in", "button", "btn btn-main btn-wide"), "type", "submit")


def _field(label: str, name: str, kind: str, fill: str, wrong: bool) -> None:
    with node("label", "field"):
        Text(label, classes="field-label")
        box = node(
            "input", "field-box", type=kind, name=name, autocomplete=fill, required="required"
        )
        attr(box, "maxlength", str(MAX_FIELD_CHARS))
        attr(box, "autocapitalize", "none")
        attr(box, "spellcheck", "false")
        if wrong:
            attr(box, "aria-invalid", "true")
            attr(box, "aria-describedby", "login-message")
        if name == "username":
            attr(box, "autofocus", True)


def register(desk: Desk) -> None:
    """Add "/login" (page and form) and "/logout"."""

    @ui.page("/login", title="Sign in · Vigil")
    def login_page(why: str | None = None, next: str | None = None) -> RedirectResponse | None:
        next_path = session.safe_path(next)
        if session.current_user() is not None:
            return RedirectResponse(next_path, status_code=303)
        _build(why, next_path)
        return None

    _register_forms(nicegui_app, desk)


def _register_forms(app: FastAPI, desk: Desk) -> None:
    @app.post("/login", include_in_schema=False)
    async def login_form(request: Request) -> Response:
        if not same_origin(request):
            return Response("This form did not come from this desk.", status_code=403)
        form = await request.form(max_files=0, max_fields=8)
        username, password, wish = (form.get(name) for name in ("username", "password", "next"))
        next_path = session.safe_path(wish if isinstance(wish, str) else None)
        user = None
        if (
            isinstance(username, str)
            and isinstance(password, str)
            and 0 < len(username) <= MAX_FIELD_CHARS
            and 0 < len(password) <= MAX_FIELD_CHARS
        ):
            user = await desk.authenticate(username, password)
        if user is None:
            return RedirectResponse(f"/login?why=wrong&next={quote(next_path)}", status_code=303)
        session.begin(request, user)
        return RedirectResponse(next_path, status_code=303)

    @app.post("/logout", include_in_schema=False)
    async def logout_form(request: Request) -> Response:
        if not same_origin(request):
            return Response("This form did not come from this desk.", status_code=403)
        session.end()
        return RedirectResponse("/login?why=out", status_code=303)
