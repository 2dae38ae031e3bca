"""Puts the clinic's parts together, without any door: database, ingest, commands, alerts, accounts, the desk's model.

May import: all of clinic but api, desk and app.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from clinic.accounts.accounts import Accounts
from clinic.accounts.sessions import Sessions
from clinic.alerts.rules import Limits
from clinic.clock import now_ms
from clinic.commands import lease
from clinic.commands.sender import Sender
from clinic.config import Settings
from clinic.ingest.mqtt import MqttLine
from clinic.ingest.opening import Openers
from clinic.ingest.pipeline import Pipeline
from clinic.ingest.readmission import Readmission
from clinic.ingest.writer import Writer
from clinic.live import Ward
from clinic.prescribing.desk import PrescribingDesk
from clinic.read_model import ReadModel
from clinic.registry import Registry
from clinic.store.db import Database, open_database
from clinic.store.migrate import migrate
from clinic.watch import Watch


@dataclass(slots=True)
class House:
    """The running clinic. Made by `build`, run by `run`, ended by `close`."""

    settings: Settings
    database: Database
    ward: Ward
    registry: Registry
    line: MqttLine
    writer: Writer
    pipeline: Pipeline
    readmission: Readmission
    sender: Sender
    watch: Watch
    accounts: Accounts
    sessions: Sessions
    prescribing: PrescribingDesk
    desk: ReadModel

    async def run(self) -> None:
        """The house's own work, until cancelled. The first part that fails ends all."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.line.run(), name="mqtt")
            group.create_task(self.pipeline.run(), name="ingest")
            group.create_task(self.watch.run(), name="watch")

    async def close(self) -> None:
        await self.database.close()


async def build(settings: Settings) -> House:
    """Open, migrate, load. StoreError or ConfigError with a sentence if something cannot be used."""
    database = open_database(settings.database)
    await migrate(database)
    started_ms = now_ms()
    ward = Ward(started_ms)
    openers = Openers()
    registry = Registry(database, ward, openers)
    await registry.refresh()
    my_lease = await lease.take(database, started_ms)
    limits = Limits(settings.stale_ms, settings.gap_ms)
    line = MqttLine(
        settings.broker, f"clinic-{my_lease.generation}-{my_lease.salt.hex()}", ward.changed
    )
    writer = Writer(database, ward, openers, limits, settings.quarantine_rows)
    sender = Sender(database, ward, lease.Sealer(my_lease), line)
    accounts = Accounts(database)
    readmission = Readmission(database, ward, writer)
    prescribing = PrescribingDesk(database, ward, sender)
    return House(
        settings=settings,
        database=database,
        ward=ward,
        registry=registry,
        line=line,
        writer=writer,
        pipeline=Pipeline(line, writer),
        readmission=readmission,
        sender=sender,
        watch=Watch(database, ward, registry, readmission, sender, limits),
        accounts=accounts,
        sessions=Sessions(database, settings.session_hours),
        prescribing=prescribing,
        desk=ReadModel(database, ward, accounts, sender, prescribing, settings),
    )
