"""The hub put together: outbox, links, uplink, status; one place that starts them and ends them in order."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import time
from pathlib import Path
from typing import IO, Any

from hub import logs, status
from hub.commands import CommandShelf
from hub.config import HubConfig
from hub.known_pumps import KnownPumps
from hub.links.deadlines import LinkDeadlines
from hub.links.tcp import LinkServer
from hub.store.outbox import Outbox
from hub.store.records import ALARM, Caps
from hub.uplink.deadlines import UplinkDeadlines
from hub.uplink.down import Downlink
from hub.uplink.mqtt import Uplink
from hub.uplink.state import UplinkStatus
from hub.uplink.tls import client_context

STATUS_EVERY_S = 1.0


class CannotStart(Exception):
    """A sentence: something outside the configuration is in the way. Exit code 2."""


class Hub:
    """`await run()` serves until `stop()`, a signal, or the loss of a part that it cannot be without."""

    def __init__(
        self,
        config: HubConfig,
        link_deadlines: LinkDeadlines | None = None,
        uplink_deadlines: UplinkDeadlines | None = None,
    ) -> None:
        self._config = config
        self._link_deadlines = link_deadlines
        self._uplink_deadlines = uplink_deadlines
        self._log = logs.get("hub")
        self._stop = asyncio.Event()
        self.started = asyncio.Event()

    def stop(self) -> None:
        self._stop.set()

    async def run(self) -> None:
        """Raises CannotStart, StoreUnusable, CannotListen or BadTlsFiles, each a sentence, before anything is served."""
        config = self._config
        tls = None
        if config.mqtt_ca_file and config.mqtt_cert_file and config.mqtt_key_file:
            tls = client_context(config.mqtt_ca_file, config.mqtt_cert_file, config.mqtt_key_file)
        lock = _lock_folder(config.state_dir)
        try:
            self.outbox = Outbox(config.state_dir / "outbox.sqlite", _caps(config))
            if self.outbox.set_aside is not None:
                self._log.error("outbox_damaged", set_aside=str(self.outbox.set_aside))
            try:
                await self._serve(tls)
            finally:
                await self.outbox.close()
        finally:
            lock.close()

    async def _serve(self, tls: Any) -> None:
        config = self._config
        shelf, known, uplink_status = CommandShelf(), KnownPumps(), UplinkStatus()
        self.links = LinkServer(config.id, self.outbox, shelf, known, self._link_deadlines)
        downlink = Downlink(self.outbox, shelf, uplink_status, self.links.command_waits)
        self.uplink = uplink = Uplink(
            config.id,
            config.mqtt_host,
            config.mqtt_port,
            tls,
            self.outbox,
            known,
            downlink,
            uplink_status,
            self._uplink_deadlines,
        )
        # Before the port opens: whoever sees it open may tell the hub to end in the same moment.
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        await self.links.start(config.link_host, config.link_port)
        parts: list[asyncio.Future[Any]] = [
            asyncio.create_task(uplink.run(), name="uplink"),
            asyncio.create_task(self._report(shelf, known, uplink_status), name="status"),
        ]
        stopping: asyncio.Future[Any] = asyncio.create_task(self._stop.wait(), name="stop")
        self.started.set()
        try:
            # A part that ends by itself ends the hub: something that starts it again is better than half a hub.
            done, _ = await asyncio.wait(
                (*parts, stopping, self.outbox.broken), return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            await self.links.stop()
            for task in (*parts, stopping):
                task.cancel()
            await asyncio.gather(*parts, stopping, return_exceptions=True)
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)
        for ended in done - {stopping}:
            ended.result()
        self._log.info("stopped")

    async def _report(self, shelf: CommandShelf, known: KnownPumps, uplink: UplinkStatus) -> None:
        failed = logs.Once()
        while True:
            try:
                status.write(self._config.state_dir, await self._status(shelf, known, uplink))
                failed.again("write")
            except OSError as error:
                # A full disk must not end the relaying.
                if failed.first("write"):
                    self._log.error("status_not_written", error=str(error))
            await asyncio.sleep(STATUS_EVERY_S)

    async def _status(
        self, shelf: CommandShelf, known: KnownPumps, uplink: UplinkStatus
    ) -> dict[str, Any]:
        depth = await self.outbox.depth()
        counters = self.links.counters
        set_aside = self.outbox.set_aside
        found: dict[str, Any] = {
            "hub_id": self._config.id,
            "unix_ms": time.time_ns() // 1_000_000,
            "pid": os.getpid(),
            "link_port": self.links.port,
            "pumps": [
                {"pump_id": pump_id.hex(), "connected": connected, "last_heard_unix_ms": heard}
                for pump_id, connected, heard in known.links()
            ],
            "outbox": {
                "records": depth.total,
                "alarms": depth.records[ALARM],
                "size_bytes": depth.size_bytes,
                "oldest_unix_ms": depth.oldest_unix_ms,
                "dropped": sum(
                    count for name, count in depth.counters.items() if name.startswith("dropped")
                ),
                "counters": depth.counters,
                "resent": self.outbox.resent,
                "commits": self.outbox.commits,
                "failures": self.outbox.failures,
                "set_aside": str(set_aside) if set_aside else None,
            },
            "links": {name: getattr(counters, name) for name in counters.__slots__},
            "uplink": {
                "state": uplink.state.name.lower(),
                "error": uplink.last_error,
                **{
                    name: getattr(uplink, name)
                    for name in uplink.__slots__
                    if name not in ("state", "last_error")
                },
            },
            "commands": {
                "waiting": shelf.waiting(time.monotonic_ns() // 1_000_000),
                "expired": shelf.expired,
                "replaced": shelf.replaced,
                "duplicates": shelf.duplicates,
            },
        }
        found["line"] = status.line(found)
        return found


def _caps(config: HubConfig) -> Caps:
    return Caps(
        max_records=config.outbox_max_records,
        max_bytes=config.outbox_max_bytes,
        max_routine_age_s=config.outbox_max_routine_age_s,
    )


def _lock_folder(state_dir: Path) -> IO[str]:
    """One hub per folder. The lock goes with the process, however it ends."""
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        lock = (state_dir / "hub.lock").open("w")
    except OSError as error:
        raise CannotStart(f"state_dir: {state_dir}: {os.strerror(error.errno or 0)}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise CannotStart(f"state_dir: another hub runs in {state_dir}") from None
    return lock
