"""Errors of the API: what happened, which field, what to do. One shape for all of them.

{"error": {"code": "...", "text": "...", "field": "..." or null, "findings": [...]}}
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from clinic.commands.sender import NotPossible
from clinic.prescribing.errors import PrescribingError
from clinic.store.db import sentence

API = "/api"


class ApiError(Exception):
    """A refusal with its HTTP status."""

    def __init__(self, status: int, code: str, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.field = field


def not_found(what: str, field: str) -> ApiError:
    return ApiError(404, "not_found", f"There is no such {what}", field)


def _answer(
    status: int, code: str, text: str, field: str | None = None, findings: Any = ()
) -> JSONResponse:
    error = {"code": code, "text": text, "field": field, "findings": list(findings)}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse({"error": error}, status, headers)


def install(app: FastAPI) -> None:
    """Turn every error of /api into the one shape."""

    @app.exception_handler(ApiError)
    async def on_api_error(_: Request, error: ApiError) -> JSONResponse:
        return _answer(error.status, error.code, str(error), error.field)

    @app.exception_handler(PrescribingError)
    async def on_prescribing(_: Request, error: PrescribingError) -> JSONResponse:
        findings = [asdict(finding) for finding in error.findings]
        return _answer(422, "refused", str(error), error.field, findings)

    @app.exception_handler(NotPossible)
    async def on_not_possible(_: Request, error: NotPossible) -> JSONResponse:
        return _answer(409, "not_possible", str(error), error.field)

    @app.exception_handler(DBAPIError)
    async def on_database(_: Request, error: DBAPIError) -> JSONResponse:
        return _answer(503, "store", sentence(error))

    @app.exception_handler(RequestValidationError)
    async def on_validation(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"][1:]) or "body"
        text = first["msg"].removeprefix("Value error, ")
        return _answer(422, "invalid", f"{field}: {text}", field)

    api_routes_answer = app.exception_handlers.get(HTTPException)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException):
        if request.url.path.startswith(API) or api_routes_answer is None:
            return _answer(error.status_code, "http", str(error.detail))
        return await api_routes_answer(request, error)  # pyright: ignore[reportGeneralTypeIssues]
