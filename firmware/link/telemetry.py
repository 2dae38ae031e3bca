"""The pump as a hub and the clinic see it: one telemetry body (docs/PROTOCOL.md 2.1). Reads the pump, changes nothing."""

from shared import messages


def pack(pump, sample: int, now_ms: int) -> bytes:
    """The sealed record's body. sample: 1 for one that is kept while nobody listens, 0 live. now_ms: since boot."""
    least_nl, most_nl = pump.given_nl()
    board, conditions, journal = pump.board, pump.conditions, pump.journal
    return messages.pack_telemetry(
        messages.Telemetry(
            pump.settings.boot,
            now_ms,
            None,
            0,
            pump.rx_version,
            pump.rx_hash[:8],
            pump.delivery.state,
            pump.delivery.rate_nl_h(),
            least_nl,
            most_nl,
            pump.left_nl(),
            board.gauge.permille,
            conditions.active,
            pump.challenges.current(now_ms),
            journal.next_seq - 1,
            journal.head()[:16],
            pump.commands.last_sequence,
            board.downstream.pressure_pa,
            conditions.seen,
            sample,
        )
    )
