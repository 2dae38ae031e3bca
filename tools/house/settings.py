"""What `make run` can be told, all of it through the environment, checked before anything starts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_STATE = "state"
PUMPS = ("pump1", "pump2", "pump3")
SPEED_RANGE = (0.1, 1_000.0)
# Setting, its default; all of them ports on 127.0.0.1.
PORTS = {
    "VIGIL_BROKER_PORT": 18830,
    "VIGIL_CLINIC_PORT": 8080,
    "VIGIL_HUB_LINK_PORT": 7400,
}


class Refused(Exception):
    """A sentence for a person; nothing was started. Exit code 2."""


@dataclass(frozen=True, slots=True)
class HouseSettings:
    """`mqtt_url` is None if the house brings its own broker."""

    state: Path
    speed: str
    given_mqtt_url: str | None
    broker_port: int
    clinic_port: int
    hub_port: int

    @property
    def mqtt_url(self) -> str:
        return self.given_mqtt_url or f"mqtt://127.0.0.1:{self.broker_port}"

    @property
    def dashboard(self) -> str:
        return f"http://127.0.0.1:{self.clinic_port}"


def load(environment: Mapping[str, str]) -> HouseSettings:
    """Settings from the environment. Refused with a sentence that names the variable. Empty counts as not given."""
    given = {name: value.strip() for name, value in environment.items() if value.strip()}
    broker, clinic, hub = (_port(given, name) for name in PORTS)
    if len({broker, clinic, hub}) != len(PORTS):
        raise Refused(f"{', '.join(PORTS)} must be three different ports")
    return HouseSettings(
        state=Path(given.get("VIGIL_STATE", DEFAULT_STATE)).resolve(),
        speed=_speed(given.get("SPEED", "1")),
        given_mqtt_url=_mqtt_url(given["MQTT_URL"]) if "MQTT_URL" in given else None,
        broker_port=broker,
        clinic_port=clinic,
        hub_port=hub,
    )


def _port(given: Mapping[str, str], name: str) -> int:
    text = given.get(name, str(PORTS[name]))
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65_535):
        raise Refused(f"{name}={text[:40]} is not a port between 1 and 65535")
    return int(text)


def _speed(text: str) -> str:
    low, high = SPEED_RANGE
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    # Written so that a nan is refused as well.
    if not low <= speed <= high:
        raise Refused(f"SPEED={text[:40]} is not a number between {low:g} and {high:g}")
    return f"{speed:g}"


def _mqtt_url(text: str) -> str:
    try:
        url = urlsplit(text)
        good = url.scheme in ("mqtt", "mqtts") and bool(url.hostname) and url.port != 0
    except ValueError:
        good = False
    if not good:
        raise Refused(f"MQTT_URL={text[:80]} is not mqtt://host:port or mqtts://host:port")
    return text
