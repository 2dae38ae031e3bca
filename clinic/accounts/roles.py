"""Roles of the desk and what each may do. One table; a right that is not in it does not exist."""

from __future__ import annotations

from shared.codes import Role

ROLES = ("prescriber", "checker", "nurse", "admin")

# Anyone who is logged in may make it safer: a stop needs no role.
RIGHTS = {
    "view": ROLES,
    "stop": ROLES,
    "acknowledge": ("prescriber", "checker", "nurse"),
    "prescribe": ("prescriber",),
    "check": ("checker",),
    "send": ("prescriber", "checker", "nurse"),
    "enrol_patient": ("prescriber", "nurse", "admin"),
}

# The role of a signing key, by the role of its owner.
KEY_ROLES = {"prescriber": Role.PRESCRIBER, "checker": Role.CHECKER}


def may(role: str, right: str) -> bool:
    """Whether a role has a right. KeyError for a right that is not in the table: that is a mistake in the program."""
    return role in RIGHTS[right]
