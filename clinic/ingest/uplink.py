"""A hub's message with what only the clinic knows added: from whom, and when it came. Pure; the grammar is in shared.uplink_messages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared import uplink_messages
from shared.uplink_messages import LinkState, UpRecord

UP_FILTER = "$share/clinic/vigil/v1/hub/+/up"
HUB_TOPIC = re.compile(r"vigil/v1/hub/([A-Za-z0-9._-]{1,64})/up")


class BadTopic(Exception):
    """A message that did not come from where hubs speak."""


@dataclass(frozen=True, slots=True)
class Uplink:
    """`arrived_ms` is the clinic's clock; `sent_ms` and every time inside the records is the hub's."""

    hub_id: str
    arrived_ms: int
    outbox_uuid: bytes
    sent_ms: int
    records: tuple[UpRecord, ...]
    links: tuple[LinkState, ...]

    def observed_ms(self, record: UpRecord) -> int:
        """When the hub had it, on the clinic's clock: the time it waited in the outbox is taken off.

        Only differences of the hub's clock are used, so that a wrong clock at home does no harm.
        """
        return self.arrived_ms - max(0, self.sent_ms - record.received_unix_ms)


def parse(topic: str, payload: bytes, arrived_ms: int) -> Uplink:
    """One message. BadTopic or shared.errors.Malformed: then nothing of it is used."""
    match = HUB_TOPIC.fullmatch(topic)
    if match is None:
        raise BadTopic()
    up = uplink_messages.parse_up(payload)
    return Uplink(
        match.group(1),
        arrived_ms,
        up.outbox_uuid,
        up.sent_unix_ms,
        tuple(up.records),
        tuple(up.links),
    )


def down_topic(hub_id: str) -> str:
    return f"vigil/v1/hub/{hub_id}/down"
