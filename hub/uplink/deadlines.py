"""Every wait of the uplink has a name, a length and a reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UplinkDeadlines:
    """Seconds. Tests shorten them; a house has no reason to."""

    # docs/PROTOCOL.md 3: an `up` at least every 2 s, also when there is nothing to send.
    heartbeat_s: float = 2.0
    # A broker that is there acknowledges in milliseconds, over a poor mobile link in a second or two. TCP itself
    # would take minutes to notice, MQTT's keepalive up to 18 s (performance.md 1a).
    puback_s: float = 6.0
    # From CONNECT to CONNACK. The client library notices a line that is cut in between only by this deadline.
    connack_s: float = 5.0
    subscribe_s: float = 6.0
    # The library writes DISCONNECT and closes at once. Only a socket that takes no more bytes makes it wait.
    goodbye_s: float = 5.0
    # Between attempts, doubling: quick after a broker's restart, easy on it in a long outage.
    first_pause_s: float = 0.25
    longest_pause_s: float = 5.0
    # A link that comes and goes must not turn into a flood of heartbeats.
    shortest_beat_s: float = 0.2
