"""Every wait for a pump has a name, a length and a reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkDeadlines:
    """Seconds of the hub's clock. Tests shorten them; a house has no reason to."""

    # HELLO is a pump's first frame and is repeated every 2 s: five chances.
    hello_s: float = 10.0
    # A PING comes every 5 s: three missed ones and a second of slack.
    silence_s: float = 16.0
    # A pump reads all the time. Closing waits this long for its last bytes to leave, then cuts.
    close_s: float = 1.0
