"""When something was true. Pure.

A pump knows only its own time since boot; hubs and links delay. Live telemetry is placed by its arrival, everything else
by its distance in pump time from telemetry of the same boot. On the bench pump time may run faster than the wall clock.
"""

from __future__ import annotations

from clinic.live import Snapshot
from shared.messages import Telemetry


def place(boot: int, mono_ms: int, observed_ms: int, anchor: Snapshot | None) -> int:
    """The clinic's time of a moment in the pump's time; never later than when it was observed."""
    if anchor is None or anchor.boot != boot:
        return observed_ms
    return min(observed_ms, anchor.at_ms + mono_ms - anchor.mono_ms)


def snapshot(
    body: Telemetry, observed_ms: int, received_ms: int, anchor: Snapshot | None
) -> Snapshot:
    """A telemetry body with its times."""
    at_ms = observed_ms
    if body.sample:
        at_ms = place(body.boot, body.mono_ms, observed_ms, anchor)
    return Snapshot(
        at_ms=at_ms,
        received_ms=received_ms,
        boot=body.boot,
        mono_ms=body.mono_ms,
        rx_version=body.rx_version,
        rx_hash=body.rx_hash,
        state=body.state,
        rate_nl_h=body.rate_nl_h,
        total_min_nl=body.total_min_nl,
        total_max_nl=body.total_max_nl,
        left_nl=body.left_nl,
        battery_permille=body.battery_permille,
        alarms=body.alarms,
        challenge=body.challenge,
        log_seq=body.log_seq,
        last_cmd=body.last_cmd,
        pressure_pa=body.pressure_pa,
        acknowledged=body.acknowledged,
        sample=body.sample,
    )
