"""The clinic's API as a prescriber and a checker use it from their own machines."""

from __future__ import annotations

from typing import Any

import httpx

TIMEOUT_S = (
    30.0  # argon2 on a busy two-core machine takes a second; thirty mean that the clinic is gone
)


class DeskError(Exception):
    """The clinic's own sentence about what it refused."""


class Session:
    """One logged-in person."""

    def __init__(self, address: str, username: str, password: str) -> None:
        self._client = httpx.AsyncClient(base_url=address, timeout=TIMEOUT_S, trust_env=False)
        self._username = username
        self._password = password

    async def __aenter__(self) -> Session:
        answer = await self.post(
            "/api/login", {"username": self._username, "password": self._password}
        )
        self._client.headers["Authorization"] = f"Bearer {answer['token']}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, path: str) -> Any:
        return self._answer(await self._client.get(path))

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._answer(await self._client.post(path, json=body))

    @staticmethod
    def _answer(response: httpx.Response) -> Any:
        if response.is_error:
            raise DeskError(response.text[:500])
        return response.json() if response.content else None
