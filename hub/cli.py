"""`python -m hub run` and `python -m hub status`. Exit 0 fine, 1 failed while running, 2 cannot be done as asked."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from hub import logs, status
from hub.app import CannotStart, Hub
from hub.config import BadConfig, HubConfig, load
from hub.links.tcp import CannotListen
from hub.store.database import StoreUnusable
from hub.uplink.tls import BadTlsFiles

app = typer.Typer(add_completion=False, help="The courier between pumps and clinic.")

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="TOML file; VIGIL_HUB_* in the environment wins.")
]


@app.command()
def run(config: ConfigFile = None) -> None:
    """Take records from pumps, store them, carry them to the clinic. Until SIGTERM or Ctrl-C."""
    settings = _load(config)
    logs.configure(settings.log_level)

    async def serve() -> None:
        await Hub(settings).run()

    try:
        asyncio.run(serve())
    except (CannotStart, CannotListen, StoreUnusable, BadTlsFiles) as error:
        _refuse(str(error))


@app.command("status")
def show_status(
    config: ConfigFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="All of it, as JSON.")] = False,
) -> None:
    """Say how the hub is doing: pumps, outbox, uplink. Exit 1 if it does not run."""
    settings = _load(config)
    try:
        found = status.read(settings.state_dir)
    except status.NoStatus as error:
        typer.echo(f"hub: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(
        json.dumps(found, indent=2) if as_json else f"hub {found['hub_id']}: {found['line']}"
    )
    age_ms = time.time_ns() // 1_000_000 - found["unix_ms"]
    if age_ms > status.STALE_MS:
        typer.echo(f"hub: not running; this is {age_ms // 1_000} s old", err=True)
        raise typer.Exit(1)


def _load(config: Path | None) -> HubConfig:
    try:
        return load(config)
    except BadConfig as error:
        _refuse(str(error))


def _refuse(sentence: str) -> NoReturn:
    typer.echo(f"hub: {sentence}", err=True)
    raise typer.Exit(2)


def main() -> None:
    """Entry of `python -m hub`."""
    app(prog_name="python -m hub")
