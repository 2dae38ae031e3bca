"""Every topic name of the hub, in one table (docs/PROTOCOL.md 3)."""

from __future__ import annotations

from dataclasses import dataclass

UP = "vigil/v1/hub/{hub_id}/up"
DOWN = "vigil/v1/hub/{hub_id}/down"


@dataclass(frozen=True, slots=True)
class Topics:
    """The two topics of one hub. `hub_id` was checked by the configuration."""

    up: str
    down: str

    @classmethod
    def of(cls, hub_id: str) -> Topics:
        return cls(up=UP.format(hub_id=hub_id), down=DOWN.format(hub_id=hub_id))
