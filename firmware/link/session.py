"""The link's parts, put together once at boot."""

from firmware.link.challenge import Challenges
from firmware.link.commands import Commands
from firmware.link.courier import Courier
from firmware.link.reports import Reports
from firmware.link.sealer import Sealer

SALT_BYTES = 8


class LinkSession:
    """courier, reports, commands: the slices call them in this order. random: bytes of a length, from the chip."""

    def __init__(self, uart, identity, settings, journal, pump, random):
        sealer = Sealer(identity, settings, random(SALT_BYTES))
        self.courier = Courier(uart, identity.pump_id, settings.boot)
        self.reports = Reports(self.courier, sealer, journal, pump.events)
        challenges = Challenges(random, 0)
        self.commands = Commands(identity, settings, challenges, self.reports, pump.events)
        pump.attach_link(challenges, self.commands)

    def shed(self):
        """Memory has run out: drop what can come again, and half of the kept samples, which are counted. Events are on flash and stay."""
        self.courier.shed()
        self.commands.shed()
        self.reports.shed()
