"""Tables of the settings of hub and clinic for docs/OPERATIONS.md, read from their pydantic models.

Name, default and bounds come from the model. What a bound cannot say stands here, in MEANING; a setting without words and words
without a setting are refused, so that neither can go stale.
"""

from __future__ import annotations

from typing import Any

from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from clinic.config import Settings
from hub.config import HubConfig

Row = tuple[str, ...]
HEADER = ("Setting", "Default", "Allowed", "Meaning")
MODELS: dict[str, type[BaseSettings]] = {"HubConfig": HubConfig, "Settings": Settings}

# name: (allowed, "" where the model's own bounds say it; meaning)
TLS_CA = ("a PEM file", "CA that signed the broker's certificate. With mqtts://")
TLS_CERT = ("a PEM file", "Own certificate, shown to the broker. With mqtts://")
TLS_KEY = ("a PEM file without a passphrase", "Key of that certificate")
MEANING: dict[str, dict[str, tuple[str, str]]] = {
    "HubConfig": {
        "id": (
            "1 to 32 letters, digits, `-` or `_`, first a letter or digit",
            "Name of this hub: a level of its two topics, and the common name of its certificate",
        ),
        "link_host": ("an IP address", "Address on which pumps are awaited"),
        "link_port": ("", "Port on which pumps are awaited; 0 takes any free port"),
        "state_dir": ("a folder; made if missing", "Outbox, status and lock"),
        "mqtt_url": (
            "`mqtt://` on loopback only, else `mqtts://`; scheme, host and port",
            "The broker; without a port 1883 or 8883",
        ),
        "mqtt_ca_file": TLS_CA,
        "mqtt_cert_file": (TLS_CERT[0], TLS_CERT[1] + "; its common name must be `id`"),
        "mqtt_key_file": TLS_KEY,
        "outbox_max_records": ("", "Most records in the outbox"),
        "outbox_max_bytes": ("", "Most bytes in the outbox, frames and rows"),
        "outbox_max_routine_age_s": (
            "",
            "Routine records older than this are dropped; events and alarms never age",
        ),
        "log_level": ("", "Least level of the lines in the log"),
    },
    "Settings": {
        "state": ("a folder; made if missing", "Folder of all state; the clinic's is `clinic/`"),
        "mqtt_url": (
            "`mqtt://` on loopback only, else `mqtts://`; may carry a user and a password",
            "The broker; without a port 1883 or 8883",
        ),
        "mqtt_ca_file": (
            TLS_CA[0],
            TLS_CA[1] + "; without it the machine's own list of CAs is used",
        ),
        "mqtt_cert_file": (TLS_CERT[0], TLS_CERT[1] + ", together with the key"),
        "mqtt_key_file": TLS_KEY,
        "database_url": (
            "`sqlite+aiosqlite:///FILE`",
            "Another database; none: `clinic.db` in the clinic's folder",
        ),
        "http_host": ("a host of this machine", "Address of the desk"),
        "http_port": ("", "Port of the desk"),
        "http_names": (
            'a JSON list, such as `["desk.example"]`',
            "Further names under which browsers reach the desk; all others are refused",
        ),
        "stale_ms": ("", "A pump not heard for so long is an alert, and its figures are grey"),
        "hub_stale_ms": ("", "A hub not heard for so long is shown as away"),
        "gap_ms": ("", "Events missing for so long are an alert"),
        "session_hours": ("", "A log-in ends after this"),
        "quarantine_rows": ("", "Most records kept that could not be opened; the oldest go"),
    },
}


class SettingsError(Exception):
    """A sentence: model and words do not fit each other."""


def rows(model_name: str) -> list[Row]:
    """One row a setting, in the order of the model."""
    model, words = MODELS[model_name], MEANING[model_name]
    if list(model.model_fields) != list(words):
        odd = sorted(set(model.model_fields) ^ set(words)) or ["the order"]
        raise SettingsError(f"tools/docs_settings.py: {model_name} and its words: {odd[0]}")
    return [_row(model, name, field, *words[name]) for name, field in model.model_fields.items()]


def _row(
    model: type[BaseSettings], name: str, field: FieldInfo, allowed: str, meaning: str
) -> Row:
    return (
        f"`{variable(model, name, field)}`",
        _default(field.default),
        allowed or _bounds(model.__name__, name, field),
        meaning,
    )


def variable(model: type[BaseSettings], name: str, field: FieldInfo) -> str:
    """The name in the environment."""
    if isinstance(field.validation_alias, AliasChoices):
        return str(field.validation_alias.choices[0])
    return str(model.model_config.get("env_prefix", "")) + name.upper()


def _default(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "none"
    return f"{value:,}" if type(value) is int and value > 65_535 else f"`{value}`"


def _bounds(model_name: str, name: str, field: FieldInfo) -> str:
    low, high = _bound(field, "ge"), _bound(field, "le")
    if low is not None and high is not None:
        return f"{low:,} to {high:,}"
    pattern = next((getattr(m, "pattern", None) for m in field.metadata), None)
    if pattern is None:
        raise SettingsError(f"tools/docs_settings.py: {model_name}.{name} needs words: allowed")
    return str(pattern).strip("^$()").replace("|", ", ")


def _bound(field: FieldInfo, side: str) -> int | None:
    """`ge` or `le` of a field."""
    return next(
        (bound for m in field.metadata if (bound := getattr(m, side, None)) is not None), None
    )
