"""What comes down from the clinic: receipts into the outbox, commands onto the shelf."""

from __future__ import annotations

import time
from collections.abc import Callable

from hub import logs
from hub.commands import CommandShelf
from hub.store.outbox import Outbox
from hub.uplink.state import UplinkStatus
from shared.errors import Malformed
from shared.uplink_messages import DownCommand, DownReceipt, parse_down


class Downlink:
    """Judges each payload by its form; the pump judges what is inside a command."""

    def __init__(
        self,
        outbox: Outbox,
        shelf: CommandShelf,
        status: UplinkStatus,
        on_command: Callable[[bytes], bool],
    ) -> None:
        self._outbox = outbox
        self.shelf = shelf
        self._status = status
        self._on_command = on_command
        self._log = logs.get("uplink")
        self._once = logs.Once()

    async def take(self, payload: bytes, retained: bool) -> None:
        """One message of our `down` topic. Bad ones are counted and dropped, never raised."""
        if retained:
            # Nothing of ours is ever retained: this is old, whoever put it there.
            self._bad("retained")
            return
        try:
            message = parse_down(payload)
        except Malformed as error:
            self._bad(f"malformed_{error.code}")
            return
        if isinstance(message, DownReceipt):
            await self._receipt(message)
        else:
            self._command(message)

    async def _receipt(self, receipt: DownReceipt) -> None:
        if receipt.outbox_uuid != self._outbox.outbox_uuid:
            self._status.foreign_receipts += 1
            if self._once.first("foreign"):
                self._log.warning("receipt_for_another_outbox", records=len(receipt.outbox_ids))
            return
        self._status.receipts += 1
        self._status.last_receipt_unix_ms = time.time_ns() // 1_000_000
        removed = await self._outbox.confirm(receipt.outbox_uuid, receipt.outbox_ids)
        self._status.removed_records += removed

    def _command(self, command: DownCommand) -> None:
        now_ms = time.monotonic_ns() // 1_000_000
        if not self.shelf.put(command.pump_id, command.cmd_id, command.frame, now_ms):
            return
        self._status.commands += 1
        if not self._on_command(command.pump_id):
            self._log.info("command_waits", pump=command.pump_id.hex()[:8])

    def _bad(self, why: str) -> None:
        self._status.bad_payloads += 1
        if self._once.first(why):
            self._log.warning("down_refused", why=why)
