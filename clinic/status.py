"""The states of a prescription and of a command, as words: in the database, in the API and in tests."""

from __future__ import annotations

from shared.codes import Stage


class Rx:
    """A prescription's way. Left to right, or out to one of the ends."""

    DRAFT = "draft"
    SIGNED = "signed"  # by the prescriber; the command's bytes are fixed now
    CHECKED = "checked"  # by the second person
    SENT = "sent"
    SHOWN = "shown"  # on the pump's screen, waits for a person there
    CONFIRMED = "confirmed"
    ACTIVE = "active"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    REPLACED = "replaced"  # was active, another one is now
    WITHDRAWN = "withdrawn"  # by a person, before it was sent

    OPEN = (DRAFT, SIGNED, CHECKED)
    UNDER_WAY = (SENT, SHOWN, CONFIRMED, UNKNOWN)


class Cmd:
    """The three results of a command, and the time before."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"

    UNSETTLED = (PENDING, UNKNOWN)


# What a receipt's stage means for a command and for its prescription.
COMMAND_OF_STAGE = {
    Stage.VERIFIED: Cmd.PENDING,
    Stage.SHOWN: Cmd.PENDING,
    Stage.CONFIRMED: Cmd.PENDING,
    Stage.ACTIVE: Cmd.DONE,
    Stage.REFUSED: Cmd.REFUSED,
    Stage.UNKNOWN: Cmd.UNKNOWN,
}
RX_OF_STAGE = {
    Stage.VERIFIED: Rx.SENT,
    Stage.SHOWN: Rx.SHOWN,
    Stage.CONFIRMED: Rx.CONFIRMED,
    Stage.ACTIVE: Rx.ACTIVE,
    Stage.REFUSED: Rx.REFUSED,
    Stage.UNKNOWN: Rx.UNKNOWN,
}
