"""Unix sockets whose path may be longer than the 107 bytes that the kernel takes.

The folder is opened and the socket is named through /proc/self/fd, which is always short.
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

SUFFIX = ".sock"


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def connect(path: Path, timeout_s: float) -> socket.socket:
    """A connected stream. OSError when nobody listens."""
    with _short(path) as short:
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.settimeout(timeout_s)
        try:
            client.connect(short)
        except OSError:
            client.close()
            raise
        return client


def listen(path: Path) -> socket.socket:
    """A listening socket that only this user may open. ValueError if another process listens."""
    if path.exists():
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise ValueError(f"{path} is there and is no socket; name another --control")
        try:
            connect(path, 1.0).close()
        except OSError:
            path.unlink()  # left behind by a process that was killed
        else:
            raise ValueError(f"another rig listens on {path}; stop it first")
    with _short(path) as short:
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            server.bind(short)
        finally:
            os.umask(before)
        server.listen(8)
        server.setblocking(False)
        return server
