"""Stands before every request: the right host name, the right origin, headers that tell browsers what not to do.

The host check ends DNS rebinding (a foreign name that points to this machine); the origin check ends requests and sockets
that another site's page opens in a user's browser.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
MAX_BODY_BYTES = 65_536
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}
API_HEADERS = {"cache-control": "no-store"}


class Guards:
    """ASGI middleware. `host_names`: under which browsers may reach this service."""

    def __init__(self, app: ASGIApp, host_names: frozenset[str]) -> None:
        self._app = app
        self._host_names = host_names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        why = self._refusal(scope, Headers(scope=scope))
        if why is not None:
            await _refuse(scope, receive, send, why)
            return
        is_api = scope["path"].startswith("/api") or scope["path"] == "/health"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (HEADERS | API_HEADERS if is_api else HEADERS).items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if _name(f"//{host}") not in self._host_names:
            return "This name is not one of this service: set VIGIL_CLINIC_HTTP_NAMES"
        origin = headers.get("origin")
        acts = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if acts and origin is not None and origin not in (f"http://{host}", f"https://{host}"):
            return "This request comes from another site"
        length = headers.get("content-length", "0")
        if scope["path"].startswith("/api") and (
            not length.isdecimal() or int(length) > MAX_BODY_BYTES
        ):
            return f"A request has at most {MAX_BODY_BYTES} bytes"
        return None


def _name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


async def _refuse(scope: Scope, receive: Receive, send: Send, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    error = {"code": "refused", "text": why, "field": None, "findings": []}
    await JSONResponse({"error": error}, 400)(scope, receive, send)
