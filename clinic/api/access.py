"""Who is calling. A bearer token and nothing else: a browser sends no token by itself, so no other site can act for a user."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header, Request

from clinic.accounts.roles import may
from clinic.api.errors import ApiError
from clinic.clock import now_ms
from clinic.desk_model import User
from clinic.house import House


def house_of(request: Request) -> House:
    return request.app.state.house


TheHouse = Annotated[House, Depends(house_of)]


def token_of(authorization: Annotated[str | None, Header()] = None) -> str:
    """The token of the header, or 401."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ApiError(
            401, "unauthenticated", "Log in first: POST /api/login, then send the token"
        )
    return token


Token = Annotated[str, Depends(token_of)]


async def user_of(house: TheHouse, token: Token) -> User:
    user = await house.sessions.user_of(token, now_ms())
    if user is None:
        raise ApiError(401, "unauthenticated", "The session has ended: log in again")
    return user


def require(right: str) -> Callable[[User], Awaitable[User]]:
    """A dependency: the user, if the role has this right; else 403."""

    async def allowed(user: Annotated[User, Depends(user_of)]) -> User:
        if not may(user.role, right):
            raise ApiError(403, "forbidden", f"A {user.role} may not do this ({right})")
        return user

    return allowed


Viewer = Annotated[User, Depends(require("view"))]
Stopper = Annotated[User, Depends(require("stop"))]
Acknowledger = Annotated[User, Depends(require("acknowledge"))]
Prescriber = Annotated[User, Depends(require("prescribe"))]
Dispatcher = Annotated[User, Depends(require("send"))]
Enroller = Annotated[User, Depends(require("enrol_patient"))]
