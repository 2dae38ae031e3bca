"""What the desk shows, as plain records. The store fills them (`clinic/read_model.py`), the pages draw them (`clinic/desk/`).

Every value that can be unknown is `None`, never zero. Times are aware UTC datetimes. Units are in the names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clinic.order_model import Order, Proposal


@dataclass(frozen=True, slots=True)
class PumpTile:
    """One pump at a glance, from its newest telemetry and its active prescription."""

    pump_id: str  # 32 hex digits
    pump_name: str
    patient_name: str
    place: str  # "Home", "Day unit bed 2"
    drug: str | None  # from the prescription the pump itself reports to run, by hash
    concentration: str | None  # "1 mg/mL"
    dose: (
        str | None
    )  # in the unit of the prescription: "0.1 mg/kg/h", or from the lowest rate to the highest
    state: int | None  # shared.codes.State; None before the first telemetry
    rate_nl_h: int | None  # what the motor is asked for now
    programmed_rate_nl_h: int | None  # what the prescription begins with
    given_min_nl: int | None
    given_max_nl: int | None
    vtbi_nl: int | None
    left_nl: int | None
    pressure_pa: int | None  # downstream
    battery_permille: int | None
    age_ms: int | None  # since the newest live telemetry was received
    stale: bool  # age beyond the limit, or never seen: show no value as current
    linked: bool | None  # does its hub say that it is connected
    alarm_ids: tuple[int, ...]  # active at the pump, worst first
    worst_priority: int  # 0 none, 1 low, 2 medium, 3 high; includes the clinic's own alerts
    terms: tuple[tuple[str, str], ...] = ()  # (what, value) lines of the whole prescription


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert of the clinic. Stands while its cause stands, acknowledged or not."""

    alert_id: int
    pump_id: str
    pump_name: str
    patient_name: str
    alarm_id: int | None  # shared.alarm_table id; None for the clinic's own alerts
    kind: str  # "pump_alarm", "blind" (silence), "gap" (missing events)
    priority: int
    text: str
    raised_at: datetime
    cleared_at: datetime | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class EventRow:
    at: datetime
    log_seq: int
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    at: datetime
    rate_nl_h: int
    given_max_nl: int
    pressure_pa: int
    state: int


@dataclass(frozen=True, slots=True)
class User:
    user_id: int
    username: str
    full_name: str
    role: str  # "prescriber", "checker", "nurse", "admin"


class Desk(Protocol):
    """What the pages may ask. `clinic/read_model.py` is the only implementation."""

    async def authenticate(self, username: str, password: str) -> User | None:
        """The user, or None. Counts failures; a locked account is None too."""
        ...

    async def ward(self) -> list[PumpTile]:
        """All pumps, worst first: priority, then stale, then name."""
        ...

    async def pump(self, pump_id: str) -> PumpTile | None: ...

    async def series(self, pump_id: str, seconds: int) -> list[SeriesPoint]:
        """Newest `seconds` of telemetry, oldest first, at most 1,200 points (thinned evenly)."""
        ...

    async def events(self, pump_id: str, limit: int) -> list[EventRow]:
        """Newest first."""
        ...

    async def alerts(
        self, pump_id: str | None = None, standing_only: bool = True
    ) -> list[AlertRow]:
        """Worst first, then oldest. Standing: cause not gone, or not yet acknowledged."""
        ...

    async def acknowledge(self, alert_id: int, user: User) -> bool:
        """True if this call acknowledged it; audited with name and time."""
        ...

    async def propose(self, order: Order) -> Proposal:
        """Work an order out and ask the drug library. Nothing is kept."""
        ...

    async def keep_draft(
        self, pump_id: str, order: Order, soft_reason: str, user: User
    ) -> Proposal:
        """The same, and keep it as a draft for the pump's patient: its number, or why not. Audited."""
        ...

    async def stop_pump(self, pump_id: str, user: User) -> str:
        """Send a stop. Returns the command id (hex); its result is read with `command_result`."""
        ...

    async def command_result(self, command_id: str) -> str:
        """ "pending", "done", "refused: <reason>" or "unknown"."""
        ...

    def version(self) -> int:
        """Changes whenever anything shown may have changed; cheap, for polling from a page's timer."""
        ...
