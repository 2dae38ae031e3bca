"""Makes the FastAPI application: routes, errors, /health, and the guards that stand before all of it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from clinic.api import errors, routes_desk, routes_prescribing
from clinic.api.guards import Guards
from clinic.clock import now_ms
from clinic.health import report
from clinic.house import House


def make_api(house: House) -> FastAPI:
    """The application for one house. The pages are mounted onto it by `clinic.app`."""
    app = FastAPI(title="Vigil clinic", version="1", docs_url=None, redoc_url=None)
    app.state.house = house
    errors.install(app)
    app.include_router(routes_desk.router)
    app.include_router(routes_prescribing.router)

    @app.get("/health")
    async def health() -> dict[str, Any]:
        return report(house, now_ms())

    @app.api_route("/api/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def nothing(path: str) -> None:
        raise errors.not_found("API route", "path")

    settings = house.settings
    names = {settings.http_host, "127.0.0.1", "localhost", "::1", *settings.http_names}
    app.add_middleware(Guards, host_names=frozenset(names))
    return app
