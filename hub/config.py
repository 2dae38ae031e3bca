"""What a hub must be told, checked before anything starts. The only reader of the environment.

Every field can stand in a TOML file under its own name or in the environment as VIGIL_HUB_<NAME>; the environment wins.
"""

from __future__ import annotations

import os
import re
import tomllib
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

ENV_PREFIX = "VIGIL_HUB_"
# The id is a level of an MQTT topic and a certificate's common name.
HUB_ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
# No CA, certificate or key of ours comes near it; a wrong path to a big file must not be read whole.
MAX_CONFIG_BYTES = 64_000


class BadConfig(Exception):
    """One sentence that names the field. The process ends with code 2."""


class HubConfig(BaseSettings):
    """Checked settings. Making one raises pydantic's ValidationError; `load` makes a sentence of it."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="forbid", frozen=True)

    id: str = Field("hub1", description="Name of this hub; the common name of its certificate.")
    link_host: str = Field("127.0.0.1", description="Address on which pumps are awaited.")
    link_port: int = Field(7400, ge=0, le=65_535, description="0 takes any free port.")
    state_dir: Path = Field(Path("state/hub"), description="Folder of outbox and status.")
    mqtt_url: str = Field(
        "mqtt://127.0.0.1:18830", description="mqtt://, on loopback only, or mqtts://."
    )
    mqtt_ca_file: Path | None = None
    mqtt_cert_file: Path | None = None
    mqtt_key_file: Path | None = None
    outbox_max_records: int = Field(500_000, ge=100, le=50_000_000)
    outbox_max_bytes: int = Field(256_000_000, ge=100_000, le=1_000_000_000_000)
    outbox_max_routine_age_s: int = Field(30 * 86_400, ge=3_600, le=10 * 365 * 86_400)
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which comes in as `init`. No .env, no secrets folder."""
        return env_settings, init_settings

    @field_validator("id")
    @classmethod
    def _id_fits_a_topic(cls, value: str) -> str:
        if HUB_ID_PATTERN.fullmatch(value) is None:
            raise ValueError(
                "use 1 to 32 letters, digits, '-' or '_', beginning with a letter or digit"
            )
        return value

    @field_validator("link_host")
    @classmethod
    def _host_is_an_address(cls, value: str) -> str:
        ip_address(value)
        return value

    @field_validator("mqtt_url")
    @classmethod
    def _url_is_usable(cls, value: str) -> str:
        try:
            url = urlsplit(value)
            port = url.port
        except ValueError as error:
            raise ValueError(f"not an address: {error}") from None
        if url.scheme not in DEFAULT_PORTS or not url.hostname or port == 0:
            raise ValueError("write mqtt://host:port or mqtts://host:port")
        if url.path not in ("", "/") or url.query or url.fragment or "@" in url.netloc:
            raise ValueError("only a scheme, a host and a port belong here")
        if url.scheme == "mqtt" and not _is_loopback(url.hostname):
            raise ValueError("plain mqtt:// is for this machine only; use mqtts:// to go further")
        return value

    @model_validator(mode="after")
    def _tls_is_whole(self) -> HubConfig:
        files = {
            "mqtt_ca_file": self.mqtt_ca_file,
            "mqtt_cert_file": self.mqtt_cert_file,
            "mqtt_key_file": self.mqtt_key_file,
        }
        given = {name: path for name, path in files.items() if path is not None}
        if self.mqtt_tls and len(given) != len(files):
            missing = next(name for name in files if name not in given)
            raise ValueError(f"{missing}: mqtts:// needs it")
        if not self.mqtt_tls and given:
            raise ValueError(f"{next(iter(given))}: given, but mqtt_url is not mqtts://")
        for name, path in given.items():
            if not path.is_file():
                raise ValueError(f"{name}: there is no file {path}")
        if self.mqtt_cert_file is not None:
            name = _common_name(self.mqtt_cert_file)
            if name != self.id:
                raise ValueError(f"mqtt_cert_file: its common name is {name!r}, not {self.id!r}")
        return self

    @property
    def _split_url(self) -> SplitResult:
        return urlsplit(self.mqtt_url)

    @property
    def mqtt_tls(self) -> bool:
        return self._split_url.scheme == "mqtts"

    @property
    def mqtt_host(self) -> str:
        return self._split_url.hostname or ""

    @property
    def mqtt_port(self) -> int:
        url = self._split_url
        return url.port or DEFAULT_PORTS[url.scheme]


DEFAULT_PORTS = {"mqtt": 1883, "mqtts": 8883}


def load(config_file: Path | None) -> HubConfig:
    """Settings from an optional TOML file and the environment. BadConfig with a sentence."""
    fields = _read_toml(config_file) if config_file is not None else {}
    known = {ENV_PREFIX + name.upper() for name in HubConfig.model_fields}
    for name in sorted(os.environ):
        # A misspelt name would silently leave a default in place.
        if name.startswith(ENV_PREFIX) and name not in known:
            raise BadConfig(f"environment {name}: no such setting")
    try:
        return HubConfig(**fields)
    except ValidationError as error:
        raise BadConfig(_sentence(error)) from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise BadConfig(f"config file {path}: longer than {MAX_CONFIG_BYTES} bytes")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConfig(f"config file {path}: {os.strerror(error.errno or 0)}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(f"config file {path}: not TOML: {error}") from None


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    text = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        text = "no such setting"
    if not first["loc"]:
        return text
    return f"{first['loc'][0]}: {text[:1].lower()}{text[1:]} (given {str(first['input'])[:80]!r})"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _common_name(path: Path) -> str:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        raise ValueError(f"mqtt_cert_file: {path} holds no PEM certificate") from None
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if len(names) == 1 else ""
