"""A desk model whose records a test can change while the pages are open. Obeys
`clinic.desk_model.Desk`.

Time series are computed from the point's number, so that a picture of them is the same in every
run.
"""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

from clinic.desk_model import AlertRow, EventRow, PumpTile, SeriesPoint, User
from clinic.order_model import Order, Proposal
from clinic.prescribing import library
from clinic.prescribing.errors import PrescribingError
from clinic.prescribing.proposal import propose
from shared import alarm_sentences, alarm_table
from shared.codes import State

PASSWORDS = {"anna": "correct horse battery", "noor": "another horse battery"}
USERS = {
    "anna": User(1, "anna", "Anna Lee", "nurse"),
    "noor": User(2, "noor", "Dr Noor Haddad", "prescriber"),
}
MOST_POINTS = 1_200
LIVE_AGE_MS = 400

KETAMINE, LIDOCAINE, MAGNESIUM = (f"{number:032x}" for number in (0xA1, 0xA2, 0xA3))
ROWS = (
    (
        KETAMINE,
        "W1",
        "Ann Bell",
        "Home",
        "Ketamine",
        "1 mg/mL",
        "0.1 mg/kg/h",
        7_000_000,
        100_000_000,
    ),
    (
        LIDOCAINE,
        "W2",
        "Omar Said",
        "Day unit bed 2",
        "Lidocaine",
        "8 mg/mL",
        "1 mg/kg/h",
        9_375_000,
        100_000_000,
    ),
    (
        MAGNESIUM,
        "W3",
        "Ilse van den Berg",
        "Home",
        "Magnesium sulphate",
        "100 mg/mL",
        "8 mg/kg/h",
        5_600_000,
        50_000_000,
    ),
)
TEXTS = {"blind": "No data from this pump", "gap": "Events are missing"}


def first_tile(index: int) -> PumpTile:
    """A healthy pump, some way into its infusion."""
    pump_id, name, patient, place, drug, concentration, dose, rate_nl_h, vtbi_nl = ROWS[index]
    given_nl = 12_437_000 + index * 9_100_000
    return PumpTile(
        pump_id=pump_id,
        pump_name=name,
        patient_name=patient,
        place=place,
        drug=drug,
        concentration=concentration,
        dose=dose,
        state=State.RUNNING,
        rate_nl_h=rate_nl_h,
        programmed_rate_nl_h=rate_nl_h,
        given_min_nl=given_nl,
        given_max_nl=given_nl,
        vtbi_nl=vtbi_nl,
        left_nl=vtbi_nl - given_nl,
        pressure_pa=3_240 + index * 700,
        battery_permille=842 - index * 130,
        age_ms=LIVE_AGE_MS,
        stale=False,
        linked=True,
        alarm_ids=(),
        worst_priority=0,
        terms=(("Rate", f"{rate_nl_h / 1_000_000:g} mL/h"), ("Patient", "adult, 70 kg")),
    )


class BenchDesk:
    """All records in memory; each change raises the version."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Three healthy pumps, no alerts, a short journal."""
        self._version = getattr(self, "_version", 0) + 1
        self.tiles = {ROWS[index][0]: first_tile(index) for index in range(len(ROWS))}
        self.standing: dict[int, AlertRow] = {}
        self.journal: dict[str, list[EventRow]] = {pump_id: [] for pump_id in self.tiles}
        self.results: dict[str, str] = {}
        self.stops: list[tuple[str, str]] = []
        self.drafts: list[tuple[str, str, Order, str]] = []
        self.failing = False
        self.hanging = False
        self._numbers = itertools.count(1)
        started = datetime.now(UTC) - timedelta(minutes=95)
        for pump_id in self.tiles:
            for seconds, code, text in (
                (0, 1, "boot"),
                (20, 7, "prescription received"),
                (65, 8, "prescription confirmed"),
                (66, 9, "prescription active"),
                (80, 13, "START pressed"),
                (80, 2, "state changed: Stopped to Running"),
            ):
                self.add_event(pump_id, code, text, started + timedelta(seconds=seconds))

    # ---- what a test does to the ward

    def change(self, pump_id: str, **fields: object) -> None:
        self.tiles[pump_id] = replace(self.tiles[pump_id], **fields)
        self._version += 1

    def change_numbers(self, pump_id: str, fields: dict[str, object]) -> None:
        """As `change`, for a caller in another process."""
        self.change(pump_id, **fields)

    def crowd(self, count: int) -> None:
        """More pumps of the same kinds, for a full ward."""
        for number in range(count):
            pump_id = f"{0xB0 + number:032x}"
            name = f"W{len(self.tiles) + 1}"
            self.tiles[pump_id] = replace(
                first_tile(number % len(ROWS)), pump_id=pump_id, pump_name=name
            )
            self.journal[pump_id] = []
        self._version += 1

    def stop_list(self) -> list[tuple[str, str]]:
        """Which stops were sent: pump, user name."""
        return self.stops

    def add_event(self, pump_id: str, code: int, text: str, at: datetime | None = None) -> None:
        rows = self.journal[pump_id]
        rows.insert(0, EventRow(at or datetime.now(UTC), len(rows) + 1, code, text))
        self._version += 1

    def raise_alarm(self, pump_id: str, alarm_id: int) -> int:
        """An alarm of the pump: it stops or goes on as the alarm table says."""
        row = alarm_table.ROWS[alarm_id]
        tile = self.tiles[pump_id]
        changes: dict[str, object] = {
            "alarm_ids": (alarm_id, *tile.alarm_ids),
            "worst_priority": row[2],
        }
        if row[3] != alarm_table.RUN:
            changes |= {"state": State.ALARM, "rate_nl_h": 0}
        self.change(pump_id, **changes)
        self.add_event(pump_id, 3, f"alarm raised: {alarm_sentences.SENTENCES[alarm_id]}")
        return self._stand(
            pump_id, alarm_id, "pump_alarm", row[2], alarm_sentences.SENTENCES[alarm_id]
        )

    def go_silent(self, pump_id: str, age_ms: int) -> int:
        self.change(pump_id, age_ms=age_ms, stale=True, linked=False, worst_priority=2)
        return self._stand(pump_id, None, "blind", 2, TEXTS["blind"])

    def _stand(
        self, pump_id: str, alarm_id: int | None, kind: str, priority: int, text: str
    ) -> int:
        alert_id = next(self._numbers)
        tile = self.tiles[pump_id]
        self.standing[alert_id] = AlertRow(
            alert_id,
            pump_id,
            tile.pump_name,
            tile.patient_name,
            alarm_id,
            kind,
            priority,
            text,
            datetime.now(UTC),
            None,
            None,
            None,
        )
        self._version += 1
        return alert_id

    def cause_gone(self, alert_id: int) -> None:
        alert = self.standing[alert_id]
        self.standing[alert_id] = replace(alert, cleared_at=datetime.now(UTC))
        tile = self.tiles[alert.pump_id]
        rest = tuple(alarm_id for alarm_id in tile.alarm_ids if alarm_id != alert.alarm_id)
        self.change(
            alert.pump_id,
            alarm_ids=rest,
            worst_priority=0,
            stale=False,
            age_ms=LIVE_AGE_MS,
            linked=True,
        )

    # ---- what the pages ask

    async def authenticate(self, username: str, password: str) -> User | None:
        return USERS.get(username) if PASSWORDS.get(username) == password else None

    def fail(self, failing: bool) -> None:
        """Let every reading of records fail from now on, or no more."""
        self.failing = failing
        self._version += 1

    def hang(self, hanging: bool) -> None:
        """Let every reading of the ward wait from now on, or no more."""
        self.hanging = hanging
        self._version += 1

    def _check(self) -> None:
        if self.failing:
            raise OSError("the store cannot be read")

    async def ward(self) -> list[PumpTile]:
        while self.hanging:  # noqa: ASYNC110 - ended by another thread
            await asyncio.sleep(0.05)
        self._check()
        return sorted(
            self.tiles.values(), key=lambda t: (-t.worst_priority, not t.stale, t.pump_name)
        )

    async def pump(self, pump_id: str) -> PumpTile | None:
        self._check()
        return self.tiles.get(pump_id)

    async def series(self, pump_id: str, seconds: int) -> list[SeriesPoint]:
        self._check()
        tile = self.tiles.get(pump_id)
        if tile is None:
            return []
        now = datetime.now(UTC).replace(microsecond=0)
        step_s = max(1, -(-seconds // MOST_POINTS))
        points = []
        for age_s in range((seconds // step_s - 1) * step_s, -1, -step_s):
            beat = (int(now.timestamp()) - age_s) % 97
            stopped = tile.state == State.ALARM and age_s < 120
            rise_pa = (
                0 if tile.state != State.ALARM or age_s > 240 else (240 - max(age_s, 120)) * 400
            )
            delivered_nl = (tile.programmed_rate_nl_h or 0) * age_s // 3600
            points.append(
                SeriesPoint(
                    at=now - timedelta(seconds=age_s),
                    rate_nl_h=0 if stopped else tile.programmed_rate_nl_h or 0,
                    given_max_nl=max((tile.given_max_nl or 0) - delivered_nl, 0),
                    pressure_pa=(tile.pressure_pa or 0) + (beat % 7) * 60 + rise_pa,
                    state=State.ALARM if stopped else State.RUNNING,
                )
            )
        return points

    async def events(self, pump_id: str, limit: int) -> list[EventRow]:
        self._check()
        return self.journal.get(pump_id, [])[:limit]

    async def alerts(
        self, pump_id: str | None = None, standing_only: bool = True
    ) -> list[AlertRow]:
        self._check()
        rows = [
            alert
            for alert in self.standing.values()
            if (pump_id is None or alert.pump_id == pump_id)
            and not (standing_only and alert.cleared_at and alert.acknowledged_by)
        ]
        return sorted(rows, key=lambda a: (-a.priority, a.raised_at))

    async def acknowledge(self, alert_id: int, user: User) -> bool:
        alert = self.standing.get(alert_id)
        if alert is None or alert.acknowledged_by is not None:
            return False
        self.standing[alert_id] = replace(
            alert, acknowledged_by=user.full_name, acknowledged_at=datetime.now(UTC)
        )
        self._version += 1
        return True

    async def stop_pump(self, pump_id: str, user: User) -> str:
        command_id = f"{len(self.stops) + 1:032x}"
        self.stops.append((pump_id, user.username))
        self.results[command_id] = "pending"
        return command_id

    def answer_stop(self, result: str) -> None:
        """Let the newest stop end in this result."""
        self.results[f"{len(self.stops):032x}"] = result
        self._version += 1

    async def propose(self, order: Order) -> Proposal:
        return propose(order)

    async def keep_draft(
        self, pump_id: str, order: Order, soft_reason: str, user: User
    ) -> Proposal:
        proposal = propose(order)
        if user.role != "prescriber":
            return replace(proposal, refusal="Only a prescriber may prescribe")
        try:
            library.accept(proposal.findings, soft_reason)
        except PrescribingError as error:
            return replace(proposal, field=error.field, refusal=str(error))
        self.drafts.append((pump_id, user.username, order, soft_reason))
        return replace(proposal, draft=len(self.drafts))

    def draft_list(self) -> list[tuple[str, str, dict, str]]:
        """Which drafts were kept: pump, user name, order, reason."""
        return [(pump, user, asdict(order), reason) for pump, user, order, reason in self.drafts]

    async def command_result(self, command_id: str) -> str:
        return self.results.get(command_id, "unknown")

    def version(self) -> int:
        return self._version
