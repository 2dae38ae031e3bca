"""Makes the bytes that both persons sign, and says when they are too old. Pure but for the random command id.

A command answers a challenge of the pump that is at most 600 s old on the pump's clock. So the bytes are made at the
moment of signing, both sign the same bytes, and what took too long is made again and signed again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from clinic.commands.sender import COMMAND_ID_BYTES, VALID_S, usable
from clinic.live import Challenge, LivePump
from shared import messages
from shared.codes import Command

# The pump counts 600 s; a minute is left for the way down.
SIGN_WITHIN_MS = 540_000
NO_HASH8 = bytes(8)
NO_HASH = bytes(32)


@dataclass(frozen=True, slots=True)
class Issued:
    """A command ready to be signed, and what it depends on."""

    command: bytes
    command_id: bytes
    version: int
    challenge: Challenge


def issue(pump: LivePump, prescription: bytes, replaces: bytes) -> Issued:
    """New bytes for the pump as it is now. `replaces`: 32 bytes of the prescription that it runs, zeros for none.

    NotPossible for a pump that has never been heard.
    """
    challenge = usable(pump)
    command_id = secrets.token_bytes(COMMAND_ID_BYTES)
    version = (pump.newest.rx_version if pump.newest else 0) + 1
    command = messages.pack_command(
        messages.Command(
            Command.PRESCRIPTION,
            command_id,
            pump.pump_id,
            challenge.value,
            version,
            replaces,
            VALID_S,
            prescription,
        )
    )
    return Issued(command, command_id, version, challenge)


def stale(pump: LivePump, challenge: Challenge, version: int, now_ms: int) -> str | None:
    """Why signed bytes can no longer be used, as a sentence; None while they can."""
    if pump.newest is None or pump.newest.rx_version + 1 != version:
        return "The pump has another prescription by now"
    age_ms = pump.challenge_age_ms(challenge, now_ms)
    if age_ms is None:
        return "The pump has taken a command or restarted since: its challenge is used up"
    if age_ms > SIGN_WITHIN_MS:
        return f"The signatures are older than {SIGN_WITHIN_MS // 60_000} minutes"
    return None
