"""The composition root: the house, its doors (API and pages) and one HTTP server, from start to a clean end.

May import: all of clinic.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator

import structlog
import uvicorn

from clinic.config import ConfigError, Settings, session_secret
from clinic.health import keep_status_file
from clinic.house import House, build

log = structlog.get_logger("clinic.app")

# Open pages hold their socket; they are not waited for longer than this.
GRACE_S = 3


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the process has one owner of signals, `serve` below."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def prepare_logs(level: str = "info") -> None:
    """key=value lines on standard error. Identities and codes only: no therapy content is ever handed to a logger."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def listen(settings: Settings) -> socket.socket:
    """The server's socket. ConfigError if the port is taken or the address is not ours."""
    family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((settings.http_host, settings.http_port))
        server.listen()  # two that start together may both bind; only one may listen
    except OSError as error:
        server.close()
        where = f"{settings.http_host}:{settings.http_port}"
        raise ConfigError(f"Cannot listen on {where}: {error.strerror}") from error
    return server


def web_app(house: House, secret: str):
    """API and pages in one application. The pages are imported here, so that the rest runs without a browser's parts."""
    # NiceGUI reads this when it is imported; its own default would be a folder beside the code.
    os.environ["NICEGUI_STORAGE_PATH"] = str(house.settings.folder / "nicegui")
    from clinic import desk
    from clinic.api.application import make_api

    app = make_api(house)
    desk.mount(app, house.desk, secret)
    return app


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Errors of any part end all of it and come out of here."""
    secret = session_secret(settings.folder)
    house = await build(settings)
    try:
        door = listen(settings)
        config = uvicorn.Config(
            web_app(house, secret),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        server = _Server(config)
        loop = asyncio.get_running_loop()

        def stop() -> None:
            server.should_exit = True

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        log.info("clinic started", host=settings.http_host, port=settings.http_port)
        await _until_the_door_closes(server, door, house)
        log.info("clinic stopped")
    finally:
        await house.close()


async def _until_the_door_closes(server: _Server, door: socket.socket, house: House) -> None:
    async def work() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(house.run(), name="house")
            group.create_task(keep_status_file(house), name="status")

    task = asyncio.create_task(work(), name="work")
    # A part that fails must not leave a page that shows yesterday.
    task.add_done_callback(lambda _: setattr(server, "should_exit", True))
    try:
        await server.serve(sockets=[door])
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
