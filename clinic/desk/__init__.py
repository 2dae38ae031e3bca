"""The live dashboard in the browser: sign-in, the ward, one pump.

Draws the records of `clinic.desk_model` and asks nothing of the store itself. May import: shared,
clinic.desk_model, clinic.order_model, NiceGUI, FastAPI. May not import: firmware, hub, hil_tests, tools, and nothing
else of clinic.
"""

from __future__ import annotations

from fastapi import FastAPI
from nicegui import ui

from clinic.desk import login, prescribe, pump, session, theme, ward
from clinic.desk.feed import Feed
from clinic.desk.headers import SafeHeaders
from clinic.desk_model import Desk

MIN_SECRET_CHARS = 32


def mount(app: FastAPI, desk: Desk, storage_secret: str) -> None:
    """Add the pages "/", "/pump/<id>", "/pump/<id>/prescribe", "/login" and "/logout" to `app`. Once per process.

    `storage_secret` signs the session cookie: at least 32 characters, the same after a restart.
    Routes that `app` already has come first. Raises ValueError for a short secret.
    """
    if len(storage_secret) < MIN_SECRET_CHARS:
        raise ValueError(f"the storage secret needs at least {MIN_SECRET_CHARS} characters")
    feed = Feed(desk)
    theme.install()
    login.register(desk)
    ward.register(desk, feed)
    pump.register(desk, feed)
    prescribe.register(desk, feed)
    app.add_middleware(SafeHeaders)
    ui.run_with(
        app,
        title="Vigil",
        favicon=theme.FAVICON,
        dark=None,
        language="en-GB",
        tailwind=False,
        storage_secret=storage_secret,
        session_middleware_kwargs={"same_site": "lax", "max_age": session.SESSION_LIMIT_S},
        show_welcome_message=False,
    )
