"""The clinic's settings, from the environment. Every one has a range; a bad one is one clear sentence.

`VIGIL_STATE` is the folder of all state (default `state`), `VIGIL_MQTT_URL` the broker; the rest is `VIGIL_CLINIC_<NAME>`.
"""

from __future__ import annotations

import os
import secrets
import ssl
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import AliasChoices, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "VIGIL_CLINIC_"
# Names with our prefix that are another program's: the port of the desk in `make run` (tools/house/settings.py).
NOT_OURS = ("VIGIL_CLINIC_PORT",)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SECRET_BYTES = 32


class ConfigError(Exception):
    """Settings that cannot be used. The text is one sentence for a person."""


class Settings(BaseSettings):
    """All settings, checked. `load()` is the way to get them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    state: Annotated[Path, Field(validation_alias=AliasChoices("VIGIL_STATE", "state"))] = Path(
        "state"
    )
    mqtt_url: Annotated[
        str, Field(validation_alias=AliasChoices("VIGIL_MQTT_URL", "mqtt_url"))
    ] = "mqtt://127.0.0.1:18830"
    mqtt_ca_file: Path | None = None
    mqtt_cert_file: Path | None = None
    mqtt_key_file: Path | None = None
    database_url: str = ""  # empty: SQLite in the state folder
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=1, le=65_535)] = 8080
    http_names: list[str] = []  # further host names under which browsers may reach the desk
    stale_ms: Annotated[int, Field(ge=2_000, le=600_000)] = 15_000
    hub_stale_ms: Annotated[int, Field(ge=4_000, le=600_000)] = 10_000
    gap_ms: Annotated[int, Field(ge=5_000, le=3_600_000)] = 60_000
    session_hours: Annotated[int, Field(ge=1, le=24)] = 12
    quarantine_rows: Annotated[int, Field(ge=100, le=1_000_000)] = 10_000

    @field_validator("mqtt_url")
    @classmethod
    def _check_mqtt_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname:
            raise ValueError("use mqtt://HOST:PORT or mqtts://HOST:PORT")
        try:
            _ = parts.port
        except ValueError:
            raise ValueError("the port must be 1 to 65535") from None
        if parts.scheme == "mqtt" and parts.hostname not in LOOPBACK:
            raise ValueError(
                "a broker on another machine needs mqtts:// (TLS with a client certificate)"
            )
        return value

    @model_validator(mode="after")
    def _check_certificates(self) -> Settings:
        if (self.mqtt_cert_file is None) != (self.mqtt_key_file is None):
            raise ValueError("mqtt_cert_file and mqtt_key_file belong together")
        return self

    @property
    def folder(self) -> Path:
        """Where the clinic keeps its files."""
        return self.state / "clinic"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{(self.folder / 'clinic.db').absolute()}"

    @property
    def broker(self) -> Broker:
        return Broker(self)


class Broker:
    """The MQTT address, taken apart. Holds the password, therefore never logged whole."""

    def __init__(self, settings: Settings) -> None:
        parts = urlsplit(settings.mqtt_url)
        self.is_tls = parts.scheme == "mqtts"
        self.host = parts.hostname or ""
        self.port = parts.port or (8883 if self.is_tls else 1883)
        self.username = unquote(parts.username) if parts.username else None
        self.password = unquote(parts.password) if parts.password else None
        self.tls_context = self._tls(settings) if self.is_tls else None

    @staticmethod
    def _tls(settings: Settings) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(
                cafile=str(settings.mqtt_ca_file) if settings.mqtt_ca_file else None
            )
            if settings.mqtt_cert_file:
                context.load_cert_chain(settings.mqtt_cert_file, settings.mqtt_key_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"The MQTT certificates cannot be loaded: {error}") from error
        return context


def load(**overrides: object) -> Settings:
    """Settings from the environment. ConfigError names the first setting that is wrong, and why; a name that is none of ours is wrong too."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known | set(NOT_OURS):
            raise ConfigError(
                f"There is no setting {name}; see docs/OPERATIONS.md for those there are"
            )
    try:
        return Settings(**overrides)  # pyright: ignore[reportArgumentType]
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"Setting {_variable(first['loc'])}: {_why(first['msg'])}") from None


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0]) if location else "MQTT_CERT_FILE"
    return name if name.startswith("VIGIL_") else PREFIX + name.upper()


def _why(message: str) -> str:
    return message.removeprefix("Value error, ")


def session_secret(folder: Path) -> str:
    """The secret that seals browser sessions; made at the first start, mode 0600, never shown."""
    path = folder / "session-secret"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            secret = path.read_text().strip()
        else:
            secret = secrets.token_hex(SECRET_BYTES)
            with os.fdopen(handle, "w") as file:
                file.write(secret)
                file.flush()
                os.fsync(file.fileno())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The session secret {path} cannot be used: {error}") from error
    if len(secret) < 2 * SECRET_BYTES:
        raise ConfigError(f"The session secret {path} is cut short: delete it, a new one is made")
    return secret
