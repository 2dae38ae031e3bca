"""The files of deploy/ that are not mosquitto's: systemd units and examples of settings, read by what will read them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import trustme

from clinic import config as clinic_config
from hub import config as hub_config
from tools.house.part import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
by_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)


def service_of(path: Path) -> dict[str, list[str]]:
    """The settings of [Service]; one may stand more than once."""
    found: dict[str, list[str]] = {}
    section = path.read_text().partition("[Service]\n")[2].partition("\n[")[0]
    for line in section.splitlines():
        name, sign, value = line.partition("=")
        if sign and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


@by_unit
def test_unit_is_accepted_by_systemd(unit: Path, tmp_path: Path):
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not on this machine")
    text = unit.read_text()
    installed = "/opt/vigil/.venv/bin/python"
    assert f"ExecStart={installed} -m " in text
    # The program has to be there; everything else is judged as it stands.
    copy = tmp_path / unit.name
    copy.write_text(text.replace(installed, sys.executable))
    done = subprocess.run(
        [verify, "verify", "--man=no", str(copy)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


@by_unit
def test_unit_writes_only_where_it_may(unit: Path):
    service = service_of(unit)
    assert service["ProtectSystem"] == ["strict"]
    assert service["User"] == ["vigil"]
    folder = "/var/lib/" + service["StateDirectory"][0]
    settings = unit.read_text() + (ROOT / "deploy" / "clinic.env").read_text()
    told = {
        "vigil-hub": f"VIGIL_HUB_STATE_DIR={folder}\n",
        "vigil-clinic": "VIGIL_STATE=/var/lib/vigil\n",
    }
    assert told[unit.stem] in settings


@by_unit
def test_unit_starts_a_command_of_the_house(unit: Path):
    (command,) = service_of(unit)["ExecStart"]
    module, word = command.partition(" -m ")[2].split()[:2]
    done = subprocess.run(
        [sys.executable, "-m", module, word, "--help"], cwd=ROOT, capture_output=True, timeout=60
    )
    assert done.returncode == 0


def certificate(folder: Path, name: str) -> dict[str, Path]:
    """Files as the examples name them: broker-ca.pem, NAME.pem, NAME.key."""
    authority = trustme.CA()
    issued = authority.issue_cert(f"{name}.test", common_name=name)
    authority.cert_pem.write_to_path(str(folder / "broker-ca.pem"))
    issued.cert_chain_pems[0].write_to_path(str(folder / f"{name}.pem"))
    issued.private_key_pem.write_to_path(str(folder / f"{name}.key"))
    return {"certificate": folder / f"{name}.pem", "key": folder / f"{name}.key"}


def test_example_of_the_hub_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in os.environ if name.startswith("VIGIL_HUB_")]:
        monkeypatch.delenv(name)
    files = certificate(tmp_path, "hub1")
    text = (ROOT / "deploy" / "hub.toml").read_text()
    assert "/etc/vigil/tls" in text
    (tmp_path / "hub.toml").write_text(text.replace("/etc/vigil/tls", str(tmp_path)))
    config = hub_config.load(tmp_path / "hub.toml")
    assert (config.id, config.mqtt_tls, config.mqtt_port) == ("hub1", True, 8883)
    assert config.mqtt_key_file == files["key"]


def test_example_of_the_clinic_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in os.environ if name.startswith("VIGIL_")]:
        monkeypatch.delenv(name)
    certificate(tmp_path, "clinic")
    text = (ROOT / "deploy" / "clinic.env").read_text()
    names = set()
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            names.add(name)
            monkeypatch.setenv(name, value.replace("/etc/vigil/tls", str(tmp_path)))
    settings = clinic_config.load()
    assert settings.folder == Path("/var/lib/vigil/clinic")
    assert settings.http_names == ["desk.example"]
    assert settings.broker.is_tls and settings.broker.port == 8884
    assert len(names) == 8
