"""One pump in real time: `python -m hil_tests.live --name pump1 --state DIR --hub HOST:PORT`.

DIR holds the flash.bin that tools.provision made; plant and simulated time are kept there too, so
that a second run goes on. Exit code 0: stopped by a signal; 1: the firmware died; 2: bad input.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from hil_tests.live_rig import control, keeper, sockets
from hil_tests.live_rig.bridge import Bridge
from hil_tests.live_rig.pump import LivePump
from hil_tests.rig import FirmwareDied

BAD_INPUT = 2
DIED = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_FASTEST = 1_000.0

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    name: Annotated[str, typer.Option(help="Name of the pump at the bench.")],
    state: Annotated[Path, typer.Option(help="Folder of this pump.")],
    hub: Annotated[str, typer.Option(help="The hub's link server, HOST:PORT.")] = "127.0.0.1:7400",
    speed: Annotated[float, typer.Option(help="Simulated seconds a second.")] = 1.0,
    control_at: Annotated[
        Path | None, typer.Option("--control", help="Unix socket; DIR/NAME.sock if not given.")
    ] = None,
) -> None:
    """Run one pump: the real firmware, a simulated body, in step with the clock."""
    try:
        if not _NAME.fullmatch(name):
            raise ValueError(f"--name {name!r}: use up to 32 small letters, digits, - and _")
        if not 0 < speed <= _FASTEST:
            raise ValueError(f"--speed {speed:g}: use a number above 0, up to {_FASTEST:g}")
        host, port = _address(hub)
        with contextlib.closing(keeper.claim(state)):
            socket_path = (control_at or state / f"{name}{sockets.SUFFIX}").absolute()
            if not socket_path.parent.is_dir():
                raise ValueError(f"--control: there is no folder {socket_path.parent}; make it")
            asyncio.run(_run(name, state, host, port, speed, socket_path))
    except (ValueError, keeper.Unusable) as error:
        print(f"{name}: {error}", file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    except FirmwareDied as error:
        last = error.console.strip().splitlines()[-1:] or ["nothing printed"]
        print(f"{name}: the firmware died: {error.why}; last words: {last[0]}", file=sys.stderr)
        raise typer.Exit(DIED) from None


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ValueError(f"--hub {text!r}: write HOST:PORT, such as 127.0.0.1:7400")
    return host, int(port)


async def _run(
    name: str, folder: Path, host: str, port: int, speed: float, socket_path: Path
) -> None:
    def tell(line: str) -> None:
        print(f"{name}: {line}", flush=True)

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    bridge = Bridge(host, port, tell)
    pump = LivePump(name, folder, bridge, speed)
    server = await asyncio.start_unix_server(
        partial(control.serve, pump), sock=sockets.listen(socket_path)
    )
    bridging = asyncio.create_task(bridge.run())
    tell(f"running at speed {speed:g}; bench: {socket_path.name}")
    try:
        await pump.run(stop)
    finally:
        bridging.cancel()
        server.close()
        socket_path.unlink(missing_ok=True)
        with contextlib.suppress(asyncio.CancelledError):
            await bridging
    tell("stopped")


if __name__ == "__main__":
    app()
