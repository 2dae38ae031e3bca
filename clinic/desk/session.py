"""Who is signed in. Kept in NiceGUI's user storage, which the browser's signed cookie names.

A sign-in gets a new session id, so that a cookie planted before it is worth nothing. A session
ends after 30 minutes without a touch of keyboard or pointer, after 12 hours in any case, and at
once on sign-out in any tab. Time is the wall clock in whole seconds, because a session outlives a
restart of the service.
"""

from __future__ import annotations

import re
import secrets
import time

from fastapi import Request
from nicegui import app

from clinic.desk_model import User

IDLE_LIMIT_S = 30 * 60
SESSION_LIMIT_S = 12 * 60 * 60
# Storage writes a file at each change; the idle limit does not need more than this.
TOUCH_EVERY_S = 20
CLAIM_LIMIT_S = 60

LOCAL_PATH = re.compile(r"/(pump/[0-9a-f]{32}(/prescribe)?)?")

_signed_in: dict[str, tuple[int, User]] = {}


def now_s() -> int:
    return int(time.time())


def safe_path(path: str | None) -> str:
    """The page to go to after sign-in: one of ours, or the ward. Never another host."""
    return path if path and LOCAL_PATH.fullmatch(path) else "/"


def begin(request: Request, user: User) -> None:
    """Sign in: end the old session, name a new one, and leave the user for its first request to
    claim.
    """
    appearance = app.storage.user.get("appearance")
    app.storage.user.clear()
    session_id = secrets.token_hex(16)
    request.session["id"] = session_id
    for old_id, (at_s, _) in list(_signed_in.items()):
        if now_s() - at_s > CLAIM_LIMIT_S:
            del _signed_in[old_id]
    _signed_in[session_id] = (now_s(), user)
    if appearance:
        request.session["appearance"] = appearance


def end() -> None:
    """Sign out everywhere in this browser. The appearance stays."""
    appearance = app.storage.user.get("appearance")
    app.storage.user.clear()
    if appearance:
        app.storage.user["appearance"] = appearance


def _claim() -> None:
    """Move a fresh sign-in into the storage of its new session."""
    claimed = _signed_in.pop(str(app.storage.browser.get("id")), None)
    if claimed is None or now_s() - claimed[0] > CLAIM_LIMIT_S:
        return
    user = claimed[1]
    app.storage.user["user"] = {
        "user_id": user.user_id,
        "username": user.username,
        "full_name": user.full_name,
        "role": user.role,
    }
    app.storage.user["began_s"] = app.storage.user["touched_s"] = now_s()
    if appearance := app.storage.browser.get("appearance"):
        app.storage.user["appearance"] = appearance


def current_user() -> User | None:
    """The user of this request or page; None when nobody is signed in or the session ended."""
    _claim()
    held = app.storage.user
    record = held.get("user")
    if not isinstance(record, dict):
        return None
    idle_s = now_s() - int(held.get("touched_s", 0))
    length_s = now_s() - int(held.get("began_s", 0))
    if not 0 <= idle_s <= IDLE_LIMIT_S or not 0 <= length_s <= SESSION_LIMIT_S:
        end()
        return None
    return User(**record)


def touch() -> None:
    """Somebody is there: start the idle time anew. Cannot revive a session that has ended."""
    if (
        current_user() is not None
        and now_s() - int(app.storage.user["touched_s"]) >= TOUCH_EVERY_S
    ):
        app.storage.user["touched_s"] = now_s()


def appearance() -> str:
    """ "light", "dark" or "system"."""
    return str(app.storage.user.get("appearance", "system"))


def set_appearance(value: str) -> None:
    app.storage.user["appearance"] = value
