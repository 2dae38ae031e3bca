"""The processes of a house as a table: docs/ARCHITECTURE.md in the form that the supervisor reads."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from tools.house.checks import port_answers
from tools.house.part import Spec
from tools.house.settings import PUMPS, HouseSettings

# Importing NiceGUI and making the schema takes most of it on a small, busy machine.
CLINIC_READY_S = 60.0
READY_S = 30.0
# Enrolling makes keys and hashes passwords.
DEMO_READY_S = 120.0
# A pump starts an interpreter, tests itself and connects.
PUMP_READY_S = 60.0
# The hub writes its status every second.
HUB_STATUS_FRESH_S = 3.0


def house(settings: HouseSettings) -> list[list[Spec]]:
    """Steps in order; the parts of one step start together. The last one runs beside a house that is up."""
    broker = [] if settings.given_mqtt_url is not None else [[_broker(settings)]]
    return [
        *broker,
        [_clinic(settings), _hub(settings)],
        [_demo(settings, "prepare")],
        [_pump(settings, name) for name in PUMPS],
        [_demo(settings, "begin")],
    ]


def modules(settings: HouseSettings) -> list[str]:
    """Every module that `house` starts."""
    steps = house(settings)
    return sorted({spec.arguments[2] for step in steps for spec in step})


def environment(settings: HouseSettings) -> dict[str, str]:
    """What every part is told."""
    return {
        "SPEED": settings.speed,
        "VIGIL_STATE": str(settings.state),
        "VIGIL_MQTT_URL": settings.mqtt_url,
        "VIGIL_CLINIC_PORT": str(settings.clinic_port),
        "VIGIL_CLINIC_HTTP_PORT": str(settings.clinic_port),
        "VIGIL_HUB_LINK_PORT": str(settings.hub_port),
        "PYTHONUNBUFFERED": "1",
    }


def _module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]


def _broker(settings: HouseSettings) -> Spec:
    return Spec(
        name="broker",
        arguments=_module("tools.broker", "--port", str(settings.broker_port)),
        ready=lambda: port_answers(settings.broker_port),
        ready_s=READY_S,
        environment=environment(settings),
    )


def _clinic(settings: HouseSettings) -> Spec:
    return Spec(
        name="clinic",
        arguments=_module("clinic", "serve"),
        ready=lambda: port_answers(settings.clinic_port),
        ready_s=CLINIC_READY_S,
        environment=environment(settings),
        status_file=settings.state / "clinic" / "status.json",
    )


def _hub(settings: HouseSettings) -> Spec:
    return Spec(
        name="hub",
        arguments=_module("hub", "run"),
        ready=lambda: _hub_status(settings).get("uplink", {}).get("state") == "up",
        ready_s=READY_S,
        environment={
            **environment(settings),
            "VIGIL_HUB_STATE_DIR": str(settings.state / "hub"),
            "VIGIL_HUB_MQTT_URL": settings.mqtt_url,
            "VIGIL_HUB_LINK_HOST": "127.0.0.1",
        },
        status_file=_hub_status_file(settings),
    )


def _pump(settings: HouseSettings, name: str) -> Spec:
    state = settings.state / name
    arguments = ["--name", name, "--state", str(state), "--hub", f"127.0.0.1:{settings.hub_port}"]
    return Spec(
        name=name,
        arguments=_module("hil_tests.live", *arguments, "--speed", settings.speed),
        # A pump is up when the hub has it; which of the three it is, only the pump knows.
        ready=lambda: _linked_pumps(settings) >= len(PUMPS),
        ready_s=PUMP_READY_S,
        environment=environment(settings),
        status_file=state / "status.json",
    )


def _demo(settings: HouseSettings, step: str) -> Spec:
    return Spec(
        name=f"demo-{step}",
        arguments=_module("tools.demo", step),
        ready=lambda: True,
        ready_s=DEMO_READY_S,
        environment=environment(settings),
        ends=True,
    )


def _hub_status_file(settings: HouseSettings) -> Path:
    return settings.state / "hub" / "status.json"


def _hub_status(settings: HouseSettings) -> dict:
    """The hub's status if it is of now, else nothing."""
    try:
        status = json.loads(_hub_status_file(settings).read_text(encoding="utf-8"))
        # A file of the last run is not this hub's word.
        if time.time() - status["unix_ms"] / 1_000 > HUB_STATUS_FRESH_S:
            return {}
        os.kill(status["pid"], 0)
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return status if isinstance(status, dict) else {}


def _linked_pumps(settings: HouseSettings) -> int:
    pumps = _hub_status(settings).get("pumps", [])
    return sum(pump.get("connected", 0) for pump in pumps)
